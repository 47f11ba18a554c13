import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { findTakeover, groupStatuses, keyFaults, lookOfSite, traceDay } from './wall';

const aFault = (changes: Partial<Schemas['WallFault']>): Schemas['WallFault'] => ({
  station_id: 'S1',
  station_name: 'S1',
  site_name: null,
  since: null,
  severity: 'major',
  words: '',
  is_acknowledged: false,
  ...changes,
});

it('lets the worst fault that nobody has seen take the screen, from the chosen severity on', () => {
  const faults = [
    aFault({ station_id: 'A', severity: 'minor' }),
    aFault({ station_id: 'B', severity: 'major' }),
    aFault({ station_id: 'C', severity: 'critical', is_acknowledged: true }),
    aFault({ station_id: 'D', severity: null }),
  ];
  expect(findTakeover(faults, 'critical')).toBeNull();
  expect(findTakeover(faults, 'minor')?.station_id).toBe('B');
  expect(findTakeover(faults, 'off')).toBeNull();
});

it('shows the worst of a site', () => {
  const site = {
    site_id: 's',
    name: 's',
    latitude: 0,
    longitude: 0,
    stations: 2,
    online: 2,
    faulted: 0,
    charging: 1,
    power_w: 1,
  };
  expect(lookOfSite(site).word).toBe('charging');
  expect(lookOfSite({ ...site, online: 1 }).word).toBe('offline');
  expect(lookOfSite({ ...site, online: 1, faulted: 1 }).word).toBe('faulted');
});

it('draws the day up to now and ends at the power of now', () => {
  const wall = {
    time_zone: 'UTC',
    midnight: '2026-03-01T00:00:00Z',
    at: '2026-03-01T12:00:00Z',
    power_w: 50_000,
    power: [
      { at: '2026-03-01T06:00:00Z', power_w: 100_000 },
      { at: '2026-03-01T11:55:00Z', power_w: 60_000 },
    ],
    statuses: [
      { status: 'charging', count: 2 },
      { status: 'suspended_ev', count: 1 },
      { status: 'unknown', count: 4 },
    ],
  } as unknown as Schemas['Wall'];
  const curve = traceDay(wall);
  expect(curve.now).toBe(0.5);
  expect(curve.mostW).toBe(100_000);
  expect(curve.line).toBe('M250.0 0.0L500.0 100.0');
  expect(groupStatuses(wall).map(({ count }) => count)).toEqual([3, 0, 0, 4, 0]);
});

it.each([
  ['Europe/Rome', '2026-10-24T22:00:00Z', 25, [0, 7, 13, 19, 25]],
  ['Europe/Rome', '2026-03-28T23:00:00Z', 23, [0, 5, 11, 17, 23]],
  ['Europe/Rome', '2026-07-01T22:00:00Z', 24, [0, 6, 12, 18, 24]],
  ['Australia/Lord_Howe', '2026-04-04T13:00:00Z', 24.5, [0, 6.5, 12.5, 18.5, 24.5]],
  // Clocks go from midnight to one there: the day before ends, and this one begins, at one.
  ['America/Santiago', '2026-09-05T04:00:00Z', 24, [0, 6, 12, 18, 24]],
  ['America/Santiago', '2026-09-06T04:00:00Z', 23, [0, 5, 11, 17, 23]],
])('draws a day in %s from %s over its %d hours', (zone, midnight, length, hours) => {
  const last = new Date(Date.parse(midnight) + (length - 0.5) * 3_600_000).toISOString();
  const curve = traceDay({ time_zone: zone, midnight, at: last, power_w: 0, power: [] } as unknown as Schemas['Wall']);
  expect(curve.now).toBeCloseTo(1 - 0.5 / length);
  expect(curve.hours.map(({ share }) => Math.round(share * length * 2) / 2)).toEqual(hours);
});

it('tells connectors of a station apart that broke at once with the same words', () => {
  const keys = keyFaults([aFault({}), aFault({}), aFault({ words: 'hot' })]).map(({ key }) => key);
  expect(new Set(keys).size).toBe(3);
});
