import { take } from '@busbar/client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/server';

export function useOverview() {
  return useQuery({
    queryKey: ['overview'],
    queryFn: () => take(api.GET('/api/v1/overview')),
    refetchInterval: 15_000,
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
