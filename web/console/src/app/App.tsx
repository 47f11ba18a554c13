import { currentLanguage, LiveProvider, ThemeProvider, useSessionState, useTheme } from '@busbar/kit';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntdApp, ConfigProvider } from 'antd';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadAntdLocale } from './antdLocale';
import { antdTheme } from './antdTheme';
import { makeQueryClient } from './queryClient';
import type { ConsoleRouter } from './router';
import { session } from './server';

type AntdLocale = Awaited<ReturnType<typeof loadAntdLocale>>;

function Look({ children }: { children: ReactNode }) {
  const { look } = useTheme();
  useTranslation(); // render again when the language changes
  const language = currentLanguage();
  const [locale, setLocale] = useState<AntdLocale>();
  useEffect(() => {
    let isWanted = true;
    void loadAntdLocale(language).then((loaded) => isWanted && setLocale(loaded));
    return () => {
      isWanted = false;
    };
  }, [language]);
  const config = useMemo(() => antdTheme(look, matchMedia('(prefers-reduced-motion: reduce)').matches), [look]);
  if (!locale) return null; // antd would make the whole page anew when its texts come later
  return (
    <ConfigProvider theme={config} locale={locale} button={{ autoInsertSpace: false }}>
      <AntdApp>{children}</AntdApp>
    </ConfigProvider>
  );
}

/** Everything that one signed-in person sees; a new person gets a new cache and a new live line. */
function Session({ router }: { router: ConsoleRouter }) {
  const { credentials } = useSessionState(session);
  const [person, setPerson] = useState(credentials);
  if (credentials && credentials !== person) setPerson(credentials);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what one person read is not for the next
  const client = useMemo(makeQueryClient, [person]);
  const wasSignedIn = useRef(credentials !== null);
  useEffect(() => {
    const isSignedIn = credentials !== null;
    // Signed out, here or in another tab: the guard of the pages sends to the sign-in page; then nothing read stays.
    if (wasSignedIn.current && !isSignedIn) void router.invalidate().then(() => client.clear());
    wasSignedIn.current = isSignedIn;
  }, [credentials, client, router]);
  return (
    <LiveProvider url={credentials === null ? null : '/api/v1/events'} fetch={session.fetch}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </LiveProvider>
  );
}

export function App({ router }: { router: ConsoleRouter }) {
  return (
    <ThemeProvider>
      <Look>
        <Session router={router} />
      </Look>
    </ThemeProvider>
  );
}
