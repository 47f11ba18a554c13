import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../app/server';
import type { RefusalKind } from './refusalKinds';

export type Refusal = Schemas['RefusalItem'];

const LIST_MILLIS = 10_000;
const WATCH_MILLIS = 3_000;

/** Who was turned away at the stations' door, the newest first. */
export function useRefusals(kind: RefusalKind | undefined) {
  return useQuery({
    queryKey: ['refusals', 'list', kind],
    queryFn: () => take(api.GET('/api/v1/refusals', { params: { query: { limit: 1000, ...(kind && { kind }) } } })),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_MILLIS,
  });
}

/** What a station did wrong at the door, read again and again: somebody stands before it and tries. */
export function useStationRefusals(stationId: string, withNameless: boolean) {
  return useQuery({
    queryKey: ['refusals', 'station', stationId, withNameless],
    queryFn: () =>
      take(
        api.GET('/api/v1/refusals', {
          params: { query: { station_id: stationId, with_nameless: withNameless, limit: 20 } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: WATCH_MILLIS,
  });
}
