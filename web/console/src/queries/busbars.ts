import { type Schemas, take } from '@busbar/client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/server';

/** Most diagrams that are asked for at once. */
const SITES_MOST = 50;
const REFRESH_MILLIS = 60_000;

export type SiteBusbar = Schemas['Busbar'];

/** Single-line diagrams of sites, by site; the live line keeps their power. */
export function useBusbars(siteIds: readonly string[]) {
  const wanted = siteIds.slice(0, SITES_MOST).toSorted();
  return useQuery({
    queryKey: ['busbars', wanted],
    enabled: wanted.length > 0,
    queryFn: async () => {
      const { items } = await take(api.GET('/api/v1/busbars', { params: { query: { site_id: wanted } } }));
      return items;
    },
    refetchInterval: REFRESH_MILLIS,
  });
}
