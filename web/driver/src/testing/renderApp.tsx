import { startI18n } from '@busbar/kit';
import { createMemoryHistory } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import { App } from '../app/App';
import { queryClient } from '../app/queryClient';
import { makeRouter } from '../app/router';
import { session } from '../app/server';

/** The whole app at an address such as `/s/MI-AC-01`, in English. */
export async function renderApp(address: string, { isSignedIn = false } = {}) {
  queryClient.clear();
  session.signOut();
  if (isSignedIn) session.signIn({ token: null, expiresAt: '2999-01-01T00:00:00Z' });
  await startI18n(
    {
      en: () => import('../locales/en.json'),
      it: () => import('../locales/it.json'),
      zh: () => import('../locales/zh.json'),
    },
    'en',
  );
  const router = makeRouter(createMemoryHistory({ initialEntries: [`/app${address}`] }));
  await router.load();
  render(<App router={router} />);
  return router;
}
