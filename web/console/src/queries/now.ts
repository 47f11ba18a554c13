import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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

/** Says that the faults of a station were seen. */
export function useAcknowledgeFaults() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (stationId: string) =>
      take(
        api.POST('/api/v1/stations/{station_id}/faults/acknowledge', { params: { path: { station_id: stationId } } }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['now'] }),
  });
}
