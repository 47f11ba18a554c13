import { type Schemas, take } from '@busbar/client';
import { toMillis } from '@busbar/kit';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../app/server';
import { readWhole } from './parts';

const EVENTS_MOST = 3_000;
/** States of connectors that are read from before the day, to know how it began. */
const STATES_BEFORE = 100;
const SESSIONS_MOST = 500;
/** Sessions that ended within the day are looked for among those that began so long before it. */
const LONG_SESSION_MILLIS = 3 * 24 * 3_600_000;
const STALE_MILLIS = 60_000;

const none: never[] = [];

/** Power of all EVSEs together, by the beginning of each quarter of an hour. */
function addUp({ evses }: Schemas['StationTelemetry']): { at: string; powerW: number }[] {
  const sums = new Map<string, number>();
  for (const { buckets } of evses)
    for (const { begins_at: at, power_mean_w: powerW } of buckets) sums.set(at, (sums.get(at) ?? 0) + (powerW ?? 0));
  return [...sums].map(([at, powerW]) => ({ at, powerW }));
}

const millisOf = ({ at }: { at: string }) => toMillis(at) ?? 0;

/** What a station told within the day, and before it what says how it began; oldest first. */
async function readEvents(stationId: string, since: string, until: string): Promise<Schemas['StationEvent'][]> {
  const read = (query: { since?: string; until: string; topic?: string; limit?: number; cursor?: string }) =>
    take(api.GET('/api/v1/stations/{station_id}/events', { params: { path: { station_id: stationId }, query } }));
  const { rows, isCut } = await readWhole((part) => read({ since, until, ...part }), EVENTS_MOST);
  const known = (isCut && rows.at(-1)?.at) || since;
  const before = await Promise.all([
    read({ until: known, topic: 'connected', limit: 1 }),
    read({ until: known, topic: 'disconnected', limit: 1 }),
    read({ until: known, topic: 'status', limit: STATES_BEFORE }),
  ]);
  const earlier = before.flatMap(({ items }) => items.toReversed()).toSorted((a, b) => millisOf(a) - millisOf(b));
  return [...earlier, ...rows.toReversed()];
}

/** Sessions that may have run within the day: those begun not long before it, and those that still run. */
async function readSessions(stationId: string, from: number, until: string): Promise<{ items: Schemas['Session'][] }> {
  const since = new Date(from - LONG_SESSION_MILLIS).toISOString();
  const read = (query: { since: string } | { is_open: true }) =>
    take(
      api.GET('/api/v1/sessions', {
        params: { query: { station_id: stationId, until, limit: SESSIONS_MOST, ...query } },
      }),
    );
  const [open, begun] = await Promise.all([read({ is_open: true }), read({ since })]);
  const byId = new Map([...open.items, ...begun.items].map((session) => [session.session_id, session]));
  return { items: [...byId.values()] };
}

/** What is known of one day of a station, oldest first. */
export function useDay(stationId: string, from: number, to: number) {
  const path = { station_id: stationId };
  const since = new Date(from).toISOString();
  const until = new Date(to).toISOString();
  const events = useQuery({
    queryKey: ['station-events', stationId, 'day', since],
    queryFn: () => readEvents(stationId, since, until),
    placeholderData: keepPreviousData,
  });
  const sessions = useQuery({
    queryKey: ['sessions', 'day', stationId, since],
    queryFn: () => readSessions(stationId, from, until),
    placeholderData: keepPreviousData,
  });
  const commands = useQuery({
    queryKey: ['commands', stationId, 'day'],
    staleTime: STALE_MILLIS,
    queryFn: async () =>
      (await take(api.GET('/api/v1/stations/{station_id}/commands', { params: { path, query: { limit: 200 } } })))
        .items,
  });
  const power = useQuery({
    queryKey: ['station-telemetry', stationId, since],
    queryFn: async () =>
      addUp(
        await take(
          api.GET('/api/v1/stations/{station_id}/telemetry', {
            params: { path, query: { since, until, resolution: '15m' } },
          }),
        ),
      ),
    placeholderData: keepPreviousData,
  });
  return {
    events: events.data ?? none,
    sessions: sessions.data?.items ?? none,
    commands: commands.data ?? none,
    power: power.data ?? none,
    isPending: events.isPending || sessions.isPending,
  };
}
