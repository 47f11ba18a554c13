import { take } from '@busbar/client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/server';

/** Most stations of one kind that the list of what needs attention shows. */
const ATTENTION_ROWS = 20;

export function useOverview() {
  return useQuery({
    queryKey: ['overview'],
    queryFn: () => take(api.GET('/api/v1/overview')),
    refetchInterval: 15_000,
  });
}

/** Stations that wait for a person: with a fault, waiting to be accepted, not connected though accepted. */
export function useAttention() {
  return useQuery({
    queryKey: ['attention'],
    queryFn: async () => {
      const list = (query: object) =>
        take(api.GET('/api/v1/stations', { params: { query: { limit: ATTENTION_ROWS, ...query } } }));
      const [faulted, pending, offline] = await Promise.all([
        list({ status: 'faulted', is_online: true }),
        list({ registration: 'pending' }),
        list({ is_online: false, registration: 'accepted', sort: '-last_seen_at' }),
      ]);
      return { faulted: faulted.items, pending: pending.items, offline: offline.items };
    },
    refetchInterval: 60_000,
  });
}

const HOUR_MILLIS = 3_600_000;
/** How far back the curve of power goes, and how fine it is. */
const POWER_HOURS = 12;
const POWER_STEP_S = 300;

/** Power of all sessions together over the last hours. */
export function usePowerCurve() {
  return useQuery({
    queryKey: ['power'],
    queryFn: () => {
      const now = Date.now();
      const since = new Date(now - POWER_HOURS * HOUR_MILLIS).toISOString();
      const query = { since, until: new Date(now).toISOString(), step_s: POWER_STEP_S };
      return take(api.GET('/api/v1/overview/power', { params: { query } }));
    },
    refetchInterval: POWER_STEP_S * 1_000,
  });
}
