import { type Schemas, take } from '@busbar/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { dropKept, keepSession, type LiveSession, readKeptSession } from '../app/kept';
import { api } from '../app/server';
import { bodyOf, type TargetChoice } from './target';

/** Personal data goes from memory when its person signs out. */
const meta = { isPersonal: true };

function hear(session: Schemas['DriverSession']): LiveSession {
  const now = Date.now();
  const heard = { ...session, readAt: now, heardAt: now };
  keepSession(heard);
  return heard;
}

/** One of the driver's own sessions. What was kept of it is shown until the server answers. */
export function sessionQuery(sessionId: string) {
  const kept = readKeptSession();
  const before = kept?.session_id === sessionId ? kept : undefined;
  return queryOptions({
    queryKey: ['session', sessionId],
    queryFn: async ({ signal }) =>
      hear(
        await take(
          api.GET('/api/v1/driver/sessions/{session_id}', { params: { path: { session_id: sessionId } }, signal }),
        ),
      ),
    ...(before && { initialData: before, initialDataUpdatedAt: before.heardAt }),
    meta,
  });
}

/** The driver's open sessions. */
export function activeSessionsQuery() {
  const kept = readKeptSession();
  return queryOptions({
    queryKey: ['sessions', 'active'],
    queryFn: async ({ signal }) => {
      const { items } = await take(api.GET('/api/v1/driver/sessions/active', { signal }));
      const isOver = !items.some(({ session_id: id }) => id === readKeptSession()?.session_id);
      if (isOver) dropKept(); // it ended while nobody looked
      return items.map(hear);
    },
    ...(kept && { initialData: [kept], initialDataUpdatedAt: kept.heardAt }),
    meta,
  });
}

const CURVE_POINTS = 120;

/** Power and energy of a session over time. */
export function curveQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['curve', sessionId],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/driver/sessions/{session_id}/curve', {
          params: {
            path: { session_id: sessionId },
            query: { measurand: ['power.import', 'energy.import.register'], points: CURVE_POINTS },
          },
          signal,
        }),
      ),
    meta,
  });
}

export function receiptQuery(sessionId: string) {
  return queryOptions({
    queryKey: ['receipt', sessionId],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/driver/sessions/{session_id}/receipt', {
          params: { path: { session_id: sessionId } },
          signal,
        }),
      ),
    meta,
  });
}

const HISTORY_ROWS = 50;

/** The driver's sessions, the newest first. */
export function historyQuery() {
  return infiniteQueryOptions({
    queryKey: ['sessions', 'history'],
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET('/api/v1/driver/sessions', {
          params: { query: { limit: HISTORY_ROWS, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Schemas['DriverSessionPage']) => page.next_cursor,
    meta,
  });
}

/** What was charged month by month, in the zone of this device. */
export function monthsQuery() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return queryOptions({
    queryKey: ['sessions', 'months', zone],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/driver/sessions/months', { params: { query: { time_zone: zone } }, signal })),
    meta,
  });
}

/** Ask a station to start. A repeat with the same `key` asks for nothing twice. */
export async function startSession(stationId: string, evseId: number | null, key: string): Promise<LiveSession> {
  const body = { station_id: stationId, ...(evseId !== null && { evse_id: evseId }) };
  const params = { header: { 'Idempotency-Key': key } };
  return hear(await take(api.POST('/api/v1/driver/sessions', { body, params })));
}

/** Ask the station to end the charge, or take back a start that it has not begun. */
export async function stopSession(sessionId: string, key: string): Promise<LiveSession> {
  const params = { path: { session_id: sessionId }, header: { 'Idempotency-Key': key } };
  return hear(await take(api.POST('/api/v1/driver/sessions/{session_id}/stop', { params })));
}

/** Say where the charge shall end by itself; the server keeps it. */
export async function setStopTarget(sessionId: string, choice: TargetChoice): Promise<LiveSession> {
  const params = { path: { session_id: sessionId } };
  return hear(await take(api.PUT('/api/v1/driver/sessions/{session_id}/target', { params, body: bodyOf(choice) })));
}
