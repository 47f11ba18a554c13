import type { Schemas } from '@busbar/client';
import type { Format } from '@busbar/kit';

type Hours = Schemas['OpeningTimes'];

const WEEK_MILLIS = 6 * 86_400_000;

/** When it closes or opens next, as short as is clear: a clock today, a day of the week within the week, else a date. */
export function sayChange(format: Format, at: string, zone: string, nowMillis: number): string {
  if (format.instant(at, 'date', zone) === format.instant(nowMillis, 'date', zone))
    return format.instant(at, 'time', zone);
  const isSoon = Date.parse(at) - nowMillis < WEEK_MILLIS;
  return format.instant(at, isSoon ? 'weekdayTime' : 'dayTime', zone);
}

export interface WeekLine {
  /** 1 (Monday) to 7 (Sunday). */
  first: number;
  last: number;
  /** `08:00–12:00`; none: closed. */
  periods: string[];
}

/** The week in as few lines as it has different days. */
export function listWeek(hours: Hours): WeekLine[] {
  const lines: WeekLine[] = [];
  for (let day = 1; day <= 7; day++) {
    const periods = hours.regular
      .filter(({ weekday }) => weekday === day)
      .map(({ begins, ends }) => `${begins}–${ends}`);
    const before = lines[lines.length - 1];
    if (before && before.periods.join() === periods.join()) before.last = day;
    else lines.push({ first: day, last: day, periods });
  }
  return lines;
}

/** The name of a day of the week: 1 is Monday. */
export function nameDay(locale: string, weekday: number): string {
  const monday = Date.UTC(2024, 0, 1); // was one
  return new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(
    monday + (weekday - 1) * 86_400_000,
  );
}
