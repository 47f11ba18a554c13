import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../app/server';

const EVENTS_MOST = 500;
/** Events before the day that say how it began. */
const BEFORE_MOST = 100;
const STALE_MILLIS = 60_000;

const none: never[] = [];

/** Power of all EVSEs together, by the beginning of each quarter of an hour. */
function addUp({ evses }: Schemas['StationTelemetry']): { at: string; powerW: number }[] {
  const sums = new Map<string, number>();
  for (const { buckets } of evses)
    for (const { begins_at: at, power_mean_w: powerW } of buckets) sums.set(at, (sums.get(at) ?? 0) + (powerW ?? 0));
  return [...sums].map(([at, powerW]) => ({ at, powerW }));
}

/** What is known of one day of a station, oldest first. */
export function useDay(stationId: string, from: number, to: number) {
  const path = { station_id: stationId };
  const since = new Date(from).toISOString();
  const until = new Date(to).toISOString();
  const events = useQuery({
    queryKey: ['station-events', stationId, 'day', since],
    queryFn: async () => {
      const url = '/api/v1/stations/{station_id}/events';
      const [within, before] = await Promise.all([
        take(api.GET(url, { params: { path, query: { since, until, limit: EVENTS_MOST } } })),
        take(api.GET(url, { params: { path, query: { until: since, limit: BEFORE_MOST } } })),
      ]);
      return [...before.items.toReversed(), ...within.items.toReversed()];
    },
    placeholderData: keepPreviousData,
  });
  const sessions = useQuery({
    queryKey: ['sessions', 'day', stationId, since],
    queryFn: async () => {
      const earlier = new Date(from - (to - from)).toISOString();
      const query = { station_id: stationId, since: earlier, until, limit: EVENTS_MOST };
      return take(api.GET('/api/v1/sessions', { params: { query } }));
    },
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
