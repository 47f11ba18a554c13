import { Loading, useNow } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { FRESH_MILLIS } from '../../app/kept';
import { useLineOpen } from '../../app/line';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { sessionQuery } from '../../queries/sessions';
import { Charging } from './Charging';
import { NotStarted } from './NotStarted';
import './session.css';
import { Starting } from './Starting';

const route = getRouteApi('/mine/sessions/$sessionId');
const LIVE_MILLIS = 20_000;
const POLL_MILLIS = 4_000;

/** One charge from the wish to its end; then its receipt. */
export function SessionPage() {
  const { t } = useTranslation();
  const { sessionId } = route.useParams();
  const isLine = useLineOpen();
  const now = useNow();
  const { data, error, isError, refetch } = useQuery({
    ...sessionQuery(sessionId),
    refetchInterval: ({ state }) => (state.data?.is_open === false ? false : isLine ? LIVE_MILLIS : POLL_MILLIS),
  });
  if (!data)
    return (
      <>
        <PageHead title={t('session.title')} />
        <main className="bd-page">
          {isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={8} />}
        </main>
      </>
    );
  const isFresh = !isError && now - data.heardAt < FRESH_MILLIS;
  switch (data.state) {
    case 'requested':
    case 'waiting':
      return <Starting session={data} isFresh={isFresh} />;
    case 'active':
      return <Charging session={data} isFresh={isFresh} />;
    case 'failed':
      return <NotStarted session={data} />;
    case 'ended':
      return <Navigate to="/receipts/$sessionId" params={{ sessionId }} replace />;
  }
}
