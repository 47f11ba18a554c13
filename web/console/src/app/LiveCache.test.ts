import type { Schemas } from '@busbar/client';
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeStation } from '../testing/stage';
import { Calm } from './calm';
import { applyProgress, applySeen } from './LiveCache';

describe('applyProgress', () => {
  const progress = { session_id: 'a', station_id: 'CS-1', energy_wh: 900, power_w: 11_000 };

  it('writes figures into open sessions only, and into their station', () => {
    const client = new QueryClient();
    const items = [
      { session_id: 'a', is_open: true, energy_wh: 1, power_w: null },
      { session_id: 'b', is_open: true, energy_wh: 2, power_w: null },
    ];
    client.setQueryData(['sessions', {}], { items, next_cursor: null, total: null });
    client.setQueryData(['session', 'a'], { session_id: 'a', is_open: false, energy_wh: 5 });
    const [evse] = makeStation().evses;
    client.setQueryData(
      ['station', 'CS-1'],
      makeStation({ evses: evse ? [{ ...evse, session: { session_id: 'a' } as Schemas['RunningSession'] }] : [] }),
    );
    applyProgress(client, new Map([['a', progress]]));
    expect(client.getQueryData<Schemas['SessionPage']>(['sessions', {}])?.items).toEqual([
      { session_id: 'a', is_open: true, energy_wh: 900, power_w: 11_000 },
      { session_id: 'b', is_open: true, energy_wh: 2, power_w: null },
    ]);
    expect(client.getQueryData(['session', 'a'])).toEqual({ session_id: 'a', is_open: false, energy_wh: 5 });
    expect(client.getQueryData<Schemas['Station']>(['station', 'CS-1'])?.evses[0]?.session?.power_w).toBe(11_000);
  });

  it('leaves alone what shows nothing of it', () => {
    const client = new QueryClient();
    const list = { items: [{ session_id: 'z', is_open: true }], next_cursor: null, total: null };
    client.setQueryData(['sessions', {}], list);
    applyProgress(client, new Map([['a', progress]]));
    expect(client.getQueryData(['sessions', {}])).toBe(list);
    expect(client.getQueryData(['session', 'a'])).toBeUndefined();
  });
});

it('lets nothing pass for newly read that it only patches', () => {
  const client = new QueryClient();
  const updatedAt = Date.now() - 240_000;
  const sessions = [{ session_id: 'a', is_open: true }];
  const lists: [string[], unknown][] = [
    [['sessions'], { items: sessions }],
    [['sessions', 'of another station'], { items: [] }],
    [['session', 'a'], { session_id: 'a', is_open: true }],
    [['station', 'CS-1'], makeStation()],
    [['stations'], { items: [makeStation()] }],
    [['station-rows'], { pages: [{ items: [makeStation()] }], pageParams: [null] }],
    [['busbars'], []],
  ];
  for (const [key, data] of lists) client.setQueryData(key, data, { updatedAt });
  void client.invalidateQueries();
  applyProgress(client, new Map([['a', { session_id: 'a', station_id: 'CS-1', power_w: 7 }]]));
  applySeen(client, new Set(['CS-1']), '2026-03-01T09:00:00Z');
  for (const [key] of lists)
    expect(client.getQueryState(key)).toMatchObject({ dataUpdatedAt: updatedAt, isInvalidated: true });
  expect(client.getQueryData(['session', 'a'])).toMatchObject({ power_w: 7 });
});

describe('applySeen', () => {
  it('moves the instant of those that were heard, in lists and on their own page', () => {
    const client = new QueryClient();
    const other = makeStation({ station_id: 'CS-2' });
    client.setQueryData(['stations', {}], { items: [makeStation(), other], next_cursor: null, total: null });
    client.setQueryData(['station', 'CS-1'], makeStation());
    client.setQueryData(['stations', 'options', ''], [makeStation()]);
    applySeen(client, new Set(['CS-1']), '2026-03-01T09:00:00Z');
    const list = client.getQueryData<Schemas['StationPage']>(['stations', {}]);
    expect(list?.items.map(({ last_seen_at: at }) => at)).toEqual(['2026-03-01T09:00:00Z', other.last_seen_at]);
    expect(client.getQueryData<Schemas['Station']>(['station', 'CS-1'])?.last_seen_at).toBe('2026-03-01T09:00:00Z');
  });
});

describe('Calm', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('grants at once, then each wish once per interval', () => {
    const granted: string[] = [];
    const calm = new Calm(1_000, (key) => granted.push(key.join('/')));
    calm.want(['stations']);
    expect(granted).toEqual(['stations']);
    for (let at = 0; at < 500; at += 1) calm.want(['stations'], ['station', 'CS-1']);
    expect(granted).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(granted).toEqual(['stations', 'stations', 'station/CS-1']);
    vi.advanceTimersByTime(5_000);
    expect(granted).toHaveLength(3);
    calm.want(['overview']);
    expect(granted.at(-1)).toBe('overview');
    calm.stop();
  });
});
