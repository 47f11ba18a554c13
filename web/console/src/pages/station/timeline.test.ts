import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { hoursOf, pressable, tellDay } from './timeline';

const HOUR = 3_600_000;
const from = Date.parse('2026-11-21T00:00:00Z');
const to = from + 24 * HOUR;

function event(hour: number, topic: string, payload: Record<string, unknown> = {}): Schemas['StationEvent'] {
  return {
    event_id: `${topic}${hour}`,
    station_id: 'S',
    at: new Date(from + hour * HOUR).toISOString(),
    topic,
    payload,
  };
}

const status = (hour: number, state: string, more = {}) =>
  event(hour, 'status', { evse_id: 1, connector_id: 1, status: state, error_code: null, info: null, ...more });

it('begins the day with what was so before it, and ends what is still so with the day', () => {
  const day = tellDay({
    events: [
      event(-3, 'connected'),
      status(-2, 'available'),
      status(8, 'charging'),
      status(9, 'faulted', { info: 'Door open' }),
      event(10, 'disconnected'),
    ],
    sessions: [],
    commands: [],
    from,
    to,
  });
  expect(day.lanes).toEqual([
    {
      evseId: 1,
      connectorId: 1,
      spans: [
        { from, to: from + 8 * HOUR, state: 'available' },
        { from: from + 8 * HOUR, to: from + 9 * HOUR, state: 'charging' },
        { from: from + 9 * HOUR, to, state: 'faulted', words: 'Door open' },
      ],
    },
  ]);
  expect(day.link).toEqual([
    { from, to: from + 10 * HOUR, state: 'online' },
    { from: from + 10 * HOUR, to, state: 'offline' },
  ]);
  expect(day.moments).toEqual([{ at: from + 9 * HOUR, kind: 'fault', words: 'Door open' }]);
});

it('draws nothing of what is not known', () => {
  const day = tellDay({ events: [event(6, 'connected')], sessions: [], commands: [], from, to });
  expect(day.link).toEqual([{ from: from + 6 * HOUR, to, state: 'online' }]);
  expect(day.lanes).toEqual([]);
});

it('draws a connector that did not change as it stands', () => {
  const connector = { connector_id: 1, status: 'available', status_at: new Date(from - HOUR).toISOString() };
  const evses = [{ evse_id: 2, connectors: [connector], session: null }] as unknown as Schemas['Station']['evses'];
  const { lanes } = tellDay({ events: [], sessions: [], commands: [], evses, from, to });
  expect(lanes).toEqual([{ evseId: 2, connectorId: 1, spans: [{ from, to, state: 'available' }] }]);
});

it('cuts sessions to the day, and lets one that runs reach its end', () => {
  const session = (started: number, ended: number | null) =>
    ({
      session_id: `${started}`,
      evse_id: 1,
      energy_wh: 5,
      is_open: ended === null,
      started_at: new Date(from + started * HOUR).toISOString(),
      ended_at: ended === null ? null : new Date(from + ended * HOUR).toISOString(),
    }) as Schemas['Session'];
  const { sessions } = tellDay({
    events: [],
    sessions: [session(-4, -2), session(-1, 1), session(23, null), session(25, null)],
    commands: [],
    from,
    to,
  });
  expect(sessions.map(({ sessionId, from: begin, to: end }) => [sessionId, begin, end])).toEqual([
    ['-1', from, from + HOUR],
    ['23', from + 23 * HOUR, to],
  ]);
});

it('names no more hours than have room', () => {
  expect(hoursOf(from, to, 12).length).toBeLessThanOrEqual(13);
  expect(hoursOf(from, to, 4).length).toBeLessThanOrEqual(5);
});

it('leads to a session from its bar only where a finger meets that bar', () => {
  const span = (sessionId: string, begin: number, end: number) => {
    return { sessionId, from: from + begin * HOUR, to: from + end * HOUR, evseId: 1, energyWh: 0, isOpen: false };
  };
  const sessions = [span('long', 0, 3), span('covered', 5, 8), span('over', 5.5, 9), span('minute', 23.98, 24)];
  const day = { ...tellDay({ events: [], sessions: [], commands: [], from, to }), sessions };
  expect([...pressable(day, 480)]).toEqual(['long', 'over']);
  expect([...pressable(day, 24 * 48)]).toEqual(['long', 'covered', 'over']);
  expect([...pressable(day, 0)]).toEqual([]);
});
