import { ApiProblem } from '@busbar/kit';
import { QueryClient } from '@tanstack/react-query';

/** Answers that a second try does not change. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500 && error.status !== 429;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A phone that believes to be offline is often wrong: ask, and tell what came of it.
      networkMode: 'always',
      refetchOnReconnect: true,
      staleTime: 5_000,
      retry: (failures, error) => !isFinal(error) && failures < 2,
    },
    mutations: { networkMode: 'always' },
  },
});
