import { LiveProvider, ThemeProvider, useSessionState } from '@busbar/kit';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { dropKept } from './kept';
import { LiveCache } from './LiveCache';
import { queryClient } from './queryClient';
import type { AppRouter } from './router';
import { session } from './server';

/** The pages, and for a signed-in driver the line over which their sessions tell what happens. */
function Pages({ router }: { router: AppRouter }) {
  const { credentials } = useSessionState(session);
  useEffect(() => {
    if (credentials) return;
    dropKept();
    queryClient.removeQueries({ predicate: ({ meta }) => meta?.isPersonal === true });
    void router.invalidate(); // pages that are a person's own lead to the sign-in
  }, [credentials, router]);
  return (
    <>
      {credentials && (
        <LiveProvider key={credentials.expiresAt} url="/api/v1/driver/events" fetch={session.fetch}>
          <LiveCache />
        </LiveProvider>
      )}
      <RouterProvider router={router} />
    </>
  );
}

export function App({ router }: { router: AppRouter }) {
  return (
    <ThemeProvider>
      <QueryClientProvider client={queryClient}>
        <Pages router={router} />
      </QueryClientProvider>
    </ThemeProvider>
  );
}
