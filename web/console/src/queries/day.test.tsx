import type { Schemas } from '@busbar/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { renderHook, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { type Asked, playServer } from '../testing/stage';
import { useDay } from './day';

const HOUR = 3_600_000;
const to = Date.parse('2026-11-21T12:00:00Z');
const from = to - HOUR;
const at = (hours: number) => new Date(to - hours * HOUR).toISOString();

afterEach(() => void vi.unstubAllGlobals());

async function readDay(told: { at: string; topic: string }[], sessions: Partial<Schemas['Session']>[] = []) {
  const isWithin = (instant: string | null | undefined, { query }: Asked) =>
    !instant || (instant >= (query.get('since') ?? '') && instant < (query.get('until') ?? '3'));
  playServer((asked) => {
    const { path, query } = asked;
    const limit = Math.min(500, Number(query.get('limit')));
    const first = Number(query.get('cursor') ?? 0);
    const page = (found: unknown[]) => {
      const next_cursor = first + limit < found.length ? String(first + limit) : null;
      return { status: 200, body: { items: found.slice(first, first + limit), next_cursor, total: null } };
    };
    const topic = query.get('topic');
    if (path.endsWith('/telemetry')) return { status: 200, body: { evses: [] } };
    if (path.endsWith('/events'))
      return page(told.filter((one) => isWithin(one.at, asked) && (!topic || one.topic === topic)));
    if (path.endsWith('/sessions'))
      return page(
        sessions.filter((one) => isWithin(one.started_at, asked) && (query.get('is_open') !== 'true' || one.is_open)),
      );
    return undefined;
  });
  const client = new QueryClient();
  const { result } = renderHook(() => useDay('CS-1', from, to), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
  await waitFor(() => expect(result.current.isPending).toBe(false));
  return result.current;
}

it('knows how the day began, however much the station told since', async () => {
  const noise = (count: number, hours: number) =>
    Array.from({ length: count }, () => ({ at: at(hours), topic: 'data' }));
  const { events } = await readDay([
    ...noise(700, 0.5),
    { at: at(0.9), topic: 'disconnected' },
    ...noise(300, 2),
    { at: at(5), topic: 'status' },
    { at: at(6), topic: 'connected' },
    { at: at(7), topic: 'disconnected' },
  ]);
  const own = events.filter(({ topic }) => topic !== 'data').map(({ topic }) => topic);
  expect(own).toEqual(['disconnected', 'connected', 'status', 'disconnected']);
  expect(events.filter(({ topic }) => topic === 'data')).toHaveLength(700);
});

it('shows nothing as it was long before where it does not know all of the day', async () => {
  const told = Array.from({ length: 4_000 }, (_, index) => ({ at: at(0.1 + index / 5_000), topic: 'data' }));
  const { events } = await readDay([
    ...told,
    { at: at(0.95), topic: 'connected' },
    { at: at(2), topic: 'disconnected' },
  ]);
  expect(events.slice(0, 2).map(({ topic }) => topic)).toEqual(['disconnected', 'connected']);
});

it('holds sessions that began long before the day', async () => {
  const { sessions } = await readDay(
    [],
    [
      { session_id: 'ended', started_at: at(30), is_open: false },
      { session_id: 'open', started_at: at(200), is_open: true },
      { session_id: 'both', started_at: at(3), is_open: true },
    ],
  );
  expect(sessions.map(({ session_id: id }) => id).toSorted()).toEqual(['both', 'ended', 'open']);
});
