import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { findTakeover, groupStatuses, lookOfSite, traceDay } from './wall';

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
