import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api } from '../app/server';
import type { Part } from './parts';

const REFRESH_MILLIS = 10_000;

export interface CommandSearch {
  station?: string;
  site?: string;
  outcome?: string;
  by?: string;
  after?: string;
}

/** What stations were asked, the newest first. */
const filterOf = ({ station, site, outcome, by }: CommandSearch) => ({
  ...(station && { station_id: station }),
  ...(site && { site_id: site }),
  ...(outcome && { outcome: outcome as Schemas['Outcome'] }),
  ...(by && { requested_by: by }),
});

export function readCommands(search: CommandSearch, part: Part) {
  return take(api.GET('/api/v1/commands', { params: { query: { ...filterOf(search), ...part } } }));
}

export function useAllCommands(search: CommandSearch) {
  const { after } = search;
  const query = { with_total: true, ...filterOf(search), ...(after && { cursor: after }) };
  return useQuery({
    queryKey: ['commands', 'all', query],
    queryFn: () => take(api.GET('/api/v1/commands', { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MILLIS,
  });
}
