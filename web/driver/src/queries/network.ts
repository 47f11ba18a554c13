import { take } from '@busbar/client';
import { queryOptions } from '@tanstack/react-query';
import { api } from '../app/server';

/** Whose stations these are. */
export const networkQuery = queryOptions({
  queryKey: ['network'],
  queryFn: ({ signal }) => take(api.GET('/api/v1/driver/network', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
