import { take } from '@busbar/client';
import { useQuery } from '@tanstack/react-query';
import { api } from '../app/server';

/** What maps are drawn on; it changes only when the installation is set up anew. */
export function useMapSource() {
  return useQuery({
    queryKey: ['map-source'],
    queryFn: () => take(api.GET('/api/v1/map-source')),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
