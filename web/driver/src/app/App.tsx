import { LiveProvider, ThemeProvider, useSessionState } from '@busbar/kit';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { settleSignOut } from '../queries/me';
import { dropKept } from './kept';
import { LiveCache } from './LiveCache';
import { dropPush } from './push';
import { queryClient } from './queryClient';
import type { AppRouter } from './router';
import { session } from './server';

/** The notices of whoever was signed in here are not for the next one who holds this phone. */
async function forgetDevice(): Promise<void> {
  await dropPush().catch(() => undefined);
  await queryClient.invalidateQueries({ queryKey: ['push'] });
}

/** The pages, and for a signed-in driver the line over which their sessions tell what happens. */
function Pages({ router }: { router: AppRouter }) {
  const { credentials } = useSessionState(session);
  useEffect(() => {
    if (credentials) return;
    dropKept();
    queryClient.removeQueries({ predicate: ({ meta }) => meta?.isPersonal === true });
    void queryClient.invalidateQueries({ queryKey: ['station'] }); // it says whose car charges there
    void router.invalidate(); // pages that are a person's own lead to the sign-in
    void forgetDevice();
    const settle = () => void settleSignOut();
    settle();
    window.addEventListener('online', settle);
    return () => window.removeEventListener('online', settle);
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
