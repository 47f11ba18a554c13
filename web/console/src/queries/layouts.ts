import { type Schemas, take } from '@busbar/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../app/server';

const at = (siteId: string) => ({ path: { site_id: siteId } });

/** How a site is drawn. */
export function useSiteLayout(siteId: string) {
  return useQuery({
    queryKey: ['site-layout', siteId],
    queryFn: () => take(api.GET('/api/v1/sites/{site_id}/layout', { params: at(siteId) })),
    staleTime: 60_000,
  });
}

export function useSaveLayout(siteId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas['SiteLayoutBody']) =>
      take(api.PUT('/api/v1/sites/{site_id}/layout', { params: at(siteId), body })),
    onSuccess: (layout) => client.setQueryData(['site-layout', siteId], layout),
  });
}
