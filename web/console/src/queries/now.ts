import { type Schemas, take } from '@busbar/client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/server';

const REFRESH_MILLIS = 30_000;

export type NowItem = Schemas['NowItem'];

/** What waits for a person, the worst first. */
export function useNowList() {
  return useQuery({
    queryKey: ['now'],
    queryFn: () => take(api.GET('/api/v1/now')),
    refetchInterval: REFRESH_MILLIS,
  });
}
