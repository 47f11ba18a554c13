import type { Schemas } from '@busbar/client';
import { dayIn, type Shape, type Tone } from '@busbar/kit';

type Wall = Schemas['Wall'];
type Fault = Schemas['WallFault'];

export type TakeoverLevel = Schemas['Severity'] | 'off';

const order: readonly Schemas['Severity'][] = ['critical', 'major', 'minor'];

/** 0 is the worst; what has no severity comes last. */
function rankOf(severity: Fault['severity']): number {
  return severity === null ? order.length : order.indexOf(severity);
}

/** The worst fault, of equals the newest, that nobody has seen and that is bad enough to take the screen. */
export function findTakeover(faults: readonly Fault[], level: TakeoverLevel): Fault | null {
  if (level === 'off') return null;
  const waiting = faults.filter(
    ({ severity, is_acknowledged: isSeen }) => !isSeen && severity !== null && rankOf(severity) <= rankOf(level),
  );
  return waiting.toSorted((one, other) => rankOf(one.severity) - rankOf(other.severity))[0] ?? null;
}

/** The faults with a key for each: two connectors of a station can break in the same second with the same words. */
export function keyFaults(faults: readonly Fault[]): { key: string; fault: Fault }[] {
  const counts = new Map<string, number>();
  return faults.map((fault) => {
    const name = `${fault.station_id}-${fault.since ?? ''}-${fault.words}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return { key: `${name}-${count}`, fault };
  });
}

/** How a site stands on the map: its worst first. */
export function lookOfSite(site: Schemas['WallSite']): { tone: Tone; shape: Shape; word: string } {
  if (site.faulted > 0) return { tone: 'bad', shape: 'triangle', word: 'faulted' };
  if (site.online < site.stations) return { tone: 'warn', shape: 'broken', word: 'offline' };
  if (site.charging > 0) return { tone: 'flow', shape: 'bolt', word: 'charging' };
  return { tone: 'good', shape: 'ring', word: 'free' };
}

export interface Curve {
  line: string;
  area: string;
  /** Where now is, 0 to 1 of the day. */
  now: number;
  mostW: number;
  /** Hours of the clock, and where they are, 0 to 1 of the day. */
  hours: { hour: number; share: number }[];
}

const WIDTH = 1_000;
const HEIGHT = 200;
const HOUR_MILLIS = 3_600_000;
const HOURS = [0, 6, 12, 18, 24];

/** When the clocks of a zone show an hour of the day that began at midnight; 24 is when the next one begins. */
function hourAt(midnight: number, hour: number, timeZone: string): number {
  const two = '2-digit';
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', hour: two, minute: two, second: two });
  const shown = (at: number) => Date.parse(`${dayIn(at, timeZone)}T${clock.format(at)}Z`);
  const noon = midnight + 12 * HOUR_MILLIS;
  const wanted = Date.parse(`${dayIn(noon, timeZone)}T00:00:00Z`) + hour * HOUR_MILLIS;
  let at = midnight + hour * HOUR_MILLIS;
  // Where clocks skip the hour, the second round leads back to when they did so.
  for (let round = 0; round < 2; round += 1) at += wanted - shown(at);
  return at;
}

/** Today's power from midnight to now, over a whole day, in a box of 1000 by 200. Days differ in length where clocks are changed. */
export function traceDay(wall: Wall): Curve {
  const midnight = Date.parse(wall.midnight);
  const dayMillis = hourAt(midnight, 24, wall.time_zone) - midnight;
  const shareOf = (at: number) => (at - midnight) / dayMillis;
  const now = Math.min(1, Math.max(0, shareOf(Date.parse(wall.at))));
  const hours = HOURS.map((hour) => ({ hour, share: shareOf(hourAt(midnight, hour, wall.time_zone)) }));
  const points = wall.power.slice(0, -1).map(({ at, power_w: powerW }) => ({
    x: shareOf(Date.parse(at)) * WIDTH,
    powerW,
  }));
  const all = [...points, { x: now * WIDTH, powerW: wall.power_w }];
  const mostW = Math.max(1_000, ...all.map(({ powerW }) => powerW));
  const line = all
    .map(
      ({ x, powerW }, index) =>
        `${index ? 'L' : 'M'}${x.toFixed(1)} ${(HEIGHT - (powerW / mostW) * HEIGHT).toFixed(1)}`,
    )
    .join('');
  return { line, area: `${line}L${(now * WIDTH).toFixed(1)} ${HEIGHT}L0 ${HEIGHT}Z`, now, mostW, hours };
}

/** Connectors by what they mean to somebody in the room, in the order in which they are drawn. */
export function groupStatuses(
  wall: Wall,
): { key: 'charging' | 'available' | 'other' | 'away' | 'faulted'; count: number }[] {
  const groups = { charging: 0, available: 0, other: 0, away: 0, faulted: 0 };
  for (const { status, count } of wall.statuses) {
    if (['charging', 'suspended_ev', 'suspended_evse', 'occupied', 'preparing', 'finishing'].includes(status))
      groups.charging += count;
    else if (status === 'available') groups.available += count;
    else if (status === 'faulted') groups.faulted += count;
    else if (status === 'unknown') groups.away += count;
    else groups.other += count;
  }
  return (['charging', 'available', 'other', 'away', 'faulted'] as const).map((key) => ({ key, count: groups[key] }));
}
