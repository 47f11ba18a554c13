import type { Schemas } from '@busbar/client';

type Slot = Schemas['WeekSlot'];

/** Which price stands on top: that of a kWh, of an hour, or of the example alone. */
export function headOf({ now, example }: Schemas['Quote']): 'energy' | 'time' | 'example' | 'free' {
  if (Number(now.total) !== 0) return 'energy';
  if (now.time !== null && Number(now.time) !== 0) return 'time';
  return example.gross === 0 ? 'free' : 'example';
}

/** Half-hours in a row that have one price. */
export interface Stretch {
  /** Half-hours from midnight. */
  start: number;
  end: number;
  total: string;
}

/** A day's half-hours, those of one price together. */
export function stretchesOf(slots: readonly Slot[]): Stretch[] {
  const stretches: Stretch[] = [];
  slots.forEach(({ total }, place) => {
    const last = stretches[stretches.length - 1];
    if (last?.total === total) last.end = place + 1;
    else stretches.push({ start: place, end: place + 1, total });
  });
  return stretches;
}

/** The different prices of a week, the lowest first. */
export function pricesOf(week: readonly Schemas['WeekDay'][]): string[] {
  const totals = new Set(week.flatMap(({ slots }) => slots.map(({ total }) => total)));
  return [...totals].sort((one, other) => Number(one) - Number(other));
}

/** Where midnight and the half-hours after it are on the clock: `07:30`. */
export function clockOf(place: number): string {
  return `${String(Math.floor(place / 2)).padStart(2, '0')}:${place % 2 ? '30' : '00'}`;
}
