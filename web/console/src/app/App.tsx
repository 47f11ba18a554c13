import { ApiProblem, currentLanguage, LiveProvider, ThemeProvider, useSessionState, useTheme } from '@busbar/kit';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntdApp, ConfigProvider } from 'antd';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadAntdLocale } from './antdLocale';
import { antdTheme } from './antdTheme';
import { router } from './router';
import { session } from './server';

type AntdLocale = Awaited<ReturnType<typeof loadAntdLocale>>;

/** Answers that a second try does not change. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiProblem && error.status < 500 && error.status !== 429;
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => !isFinal(error) && failures < 2,
        refetchOnWindowFocus: true,
      },
    },
  });
}

function Look({ children }: { children: ReactNode }) {
  const { theme } = useTheme();
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
  const config = useMemo(() => antdTheme(theme), [theme]);
  return (
    <ConfigProvider theme={config} {...(locale && { locale })} button={{ autoInsertSpace: false }}>
      <AntdApp>{children}</AntdApp>
    </ConfigProvider>
  );
}

/** Everything that one signed-in person sees; a new person gets a new cache and a new live line. */
function Session() {
  const { credentials } = useSessionState(session);
  const token = credentials?.token ?? null;
  const client = useMemo(() => (token === null ? makeQueryClient() : makeQueryClient()), [token]);
  useEffect(() => {
    void router.invalidate();
  }, []);
  const page = (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
  if (token === null) return page;
  return (
    <LiveProvider key={token} url="/api/v1/events" fetch={session.fetch}>
      {page}
    </LiveProvider>
  );
}

export function App() {
  return (
    <ThemeProvider>
      <Look>
        <Session />
      </Look>
    </ThemeProvider>
  );
}
