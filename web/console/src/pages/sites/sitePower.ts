import type { Schemas } from '@busbar/client';
import { dayIn, dayStart, toMillis } from '@busbar/kit';
import type { Point } from '@busbar/kit/chart';

export type PowerSpan = 'day' | 'month';

/** A day or a month of a site, by the clocks of its zone. */
export interface Period {
  /** The day, or the first of the month. */
  day: string;
  from: number;
  to: number;
  /** The day that names the one before and the one after. */
  before: string;
  after: string;
}

const HALF_DAY_MILLIS = 43_200_000;
/** Of a month, what each point stands for: a quarter of an hour would be three thousand points. */
export const stepsOf = { day: '15m', month: '1h' } as const;

function shift(day: string, months: number, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, date + days)).toISOString().slice(0, 10);
}

/** The day or month that holds `day`; without one, the present. */
export function periodOf(span: PowerSpan, day: string | undefined, timeZone: string, now: number): Period {
  const given = day ?? dayIn(now, timeZone);
  const first = span === 'month' ? `${given.slice(0, 7)}-01` : given;
  const after = span === 'month' ? shift(first, 1, 0) : shift(first, 0, 1);
  const before = span === 'month' ? shift(first, -1, 0) : shift(first, 0, -1);
  return { day: first, from: dayStart(first, timeZone), to: dayStart(after, timeZone), before, after };
}

/** Whether a period is still going on, or has not begun. */
export function isOpen({ to }: Period, now: number): boolean {
  return to > now;
}

interface Curve {
  points: Point[];
  energyWh: number;
  /** The greatest mean, and when its step began. */
  most: { powerW: number; at: number } | null;
}

/** Mean power of each step in kW, broken where nothing is known. */
export function toCurve(buckets: readonly Schemas['SiteBucket'][]): Curve {
  const points: Point[] = [];
  let energyWh = 0;
  let most: Curve['most'] = null;
  let end: number | null = null;
  for (const { begins_at: begin, ends_at: until, power_mean_w: powerW, energy_wh: wh } of buckets) {
    const at = toMillis(begin);
    const to = toMillis(until);
    if (at === null || to === null) continue;
    if (end !== null && at > end) points.push([end + 1, null]);
    points.push([at, powerW / 1_000], [to - 1, powerW / 1_000]);
    end = to;
    energyWh += wh;
    if (!most || powerW > most.powerW) most = { powerW, at };
  }
  return { points, energyWh, most };
}

/** The middle of a period: an instant that every zone near it names the same. */
export function middleOf({ from, to }: Period): number {
  return from + Math.min(HALF_DAY_MILLIS, (to - from) / 2);
}
