import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../app/server';

const REFRESH_MILLIS = 10_000;

export interface CommandSearch {
  station?: string;
  site?: string;
  outcome?: string;
  by?: string;
  after?: string;
}

/** What stations were asked, the newest first. */
export function useAllCommands({ station, site, outcome, by, after }: CommandSearch) {
  const query = {
    with_total: true,
    ...(station && { station_id: station }),
    ...(site && { site_id: site }),
    ...(outcome && { outcome: outcome as Schemas['Outcome'] }),
    ...(by && { requested_by: by }),
    ...(after && { cursor: after }),
  };
  return useQuery({
    queryKey: ['commands', 'all', query],
    queryFn: () => take(api.GET('/api/v1/commands', { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MILLIS,
  });
}
