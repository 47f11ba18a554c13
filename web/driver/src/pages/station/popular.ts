import type { Schemas } from '@busbar/client';

type Hour = Schemas['BusyHour'];

/** The day of the week (0: Monday) and the hour of an instant, as the clock at the station shows them. */
export function placeInWeek(at: Date, zone: string): { weekday: number; hour: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  });
  const found = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]));
  const weekday = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(found.weekday ?? 'Mon');
  return { weekday, hour: Number(found.hour ?? 0) };
}

/** The hours of one day, from midnight on. */
export function hoursOf(hours: readonly Hour[], weekday: number): Hour[] {
  return hours.filter((each) => each.weekday === weekday).sort((one, other) => one.hour - other.hour);
}

/** In plain words: how busy an hour usually is. */
export function wordOf(busyPermille: number): 'quiet' | 'some' | 'busy' {
  return busyPermille < 250 ? 'quiet' : busyPermille < 650 ? 'some' : 'busy';
}
