import { ApiProblem } from '@busbar/kit';
import { MutationCache, type Query, QueryClient } from '@tanstack/react-query';

/** Answers that a second try does not change. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500 && error.status !== 429;
}

/** Still read for the first time. */
const isFirstRead = ({ state }: Query) => state.data === undefined && state.fetchStatus === 'fetching';

/**
 * What the pages have read. To read again after a deed does nothing to what is still read for the first time: begun before
 * the deed, that could come without it and be kept, so it is begun anew.
 */
export function makeQueryClient(): QueryClient {
  const mutationCache = new MutationCache({
    onSuccess: async () => {
      const early = new Set(client.getQueryCache().findAll({ predicate: isFirstRead }));
      if (!early.size) return;
      await client.cancelQueries({ predicate: (query) => early.has(query) });
      void client.refetchQueries({ type: 'active', predicate: (query) => early.has(query) });
    },
  });
  const client = new QueryClient({
    mutationCache,
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => !isFinal(error) && failures < 2,
        refetchOnWindowFocus: true,
      },
    },
  });
  return client;
}
