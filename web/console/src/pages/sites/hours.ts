import type { Schemas } from '@busbar/client';

type Hours = Schemas['OpeningTimesBody'];
type Regular = Schemas['WeeklyPeriodBody'];

/** A line of the form: these days, from then to then by the clock of the site. */
export interface WeekRow {
  days: number[];
  begins: string;
  ends: string;
}

/** An exception as it is typed: `2026-12-24T12:00` by the clock of the site. */
export interface ExceptionRow {
  kind: 'opening' | 'closing';
  begins: string;
  ends: string;
}

export interface HoursForm {
  is_always: boolean;
  week: WeekRow[];
  exceptions: ExceptionRow[];
}

const MIDNIGHT = '00:00';
const END_OF_DAY = '24:00';
const MINUTE_MILLIS = 60_000;

/** How far a zone's clock is ahead of UTC at an instant. */
function offsetAt(millis: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(millis);
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'));
  return shown - Math.floor(millis / MINUTE_MILLIS) * MINUTE_MILLIS;
}

/**
 * The instant at which a zone's clock shows `2026-12-24T12:00`; of a time that comes twice the first, of one that does
 * not come the instant as far after the jump.
 */
export function instantOf(local: string, zone: string): string {
  const wall = Date.parse(`${local}:00Z`);
  const before = offsetAt(wall - 86_400_000, zone);
  const early = wall - before;
  const late = wall - offsetAt(early, zone);
  const found = offsetAt(early, zone) === before ? early : offsetAt(late, zone) === wall - late ? late : early;
  return new Date(found).toISOString();
}

/** What a zone's clock shows at an instant, as a field for date and time wants it. */
export function localOf(instant: string, zone: string): string {
  const millis = Date.parse(instant);
  return new Date(millis + offsetAt(millis, zone)).toISOString().slice(0, 16);
}

/** Opening hours as the form shows them: days with the same hours share a line. */
export function toForm(hours: Hours, zone: string): HoursForm {
  const week = new Map<string, WeekRow>();
  for (const { weekday, begins, ends } of hours.regular ?? []) {
    const key = `${begins}-${ends}`;
    const row = week.get(key) ?? { days: [], begins, ends: ends === END_OF_DAY ? MIDNIGHT : ends };
    row.days.push(weekday);
    week.set(key, row);
  }
  const exceptions = (['opening', 'closing'] as const).flatMap((kind) =>
    (hours[`${kind}s`] ?? []).map(({ begins_at: begins, ends_at: ends }) => ({
      kind,
      begins: localOf(begins, zone),
      ends: localOf(ends, zone),
    })),
  );
  return { is_always: hours.is_always ?? true, week: [...week.values()], exceptions };
}

/** A night goes on the next day: what ends before it begins is two periods. */
function split(day: number, begins: string, ends: string): Regular[] {
  if (ends === MIDNIGHT || ends > begins)
    return [{ weekday: day, begins, ends: ends === MIDNIGHT ? END_OF_DAY : ends }];
  return [
    { weekday: day, begins, ends: END_OF_DAY },
    { weekday: (day % 7) + 1, begins: MIDNIGHT, ends },
  ];
}

/** What the form says, as the API takes it. */
export function fromForm({ is_always: isAlways, week, exceptions }: HoursForm, zone: string): Hours {
  const pick = (kind: ExceptionRow['kind']) =>
    exceptions
      .filter((each) => each.kind === kind)
      .map(({ begins, ends }) => ({ begins_at: instantOf(begins, zone), ends_at: instantOf(ends, zone) }));
  return {
    is_always: isAlways,
    regular: isAlways ? [] : week.flatMap(({ days, begins, ends }) => days.flatMap((day) => split(day, begins, ends))),
    openings: pick('opening'),
    closings: pick('closing'),
  };
}
