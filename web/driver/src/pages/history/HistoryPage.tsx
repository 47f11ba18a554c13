import type { Schemas } from '@busbar/client';
import { Empty, energyParts, Figure, Loading, StateMark, useFormat, useSessionState } from '@busbar/kit';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { session } from '../../app/server';
import { PageProblem } from '../../parts/PageProblem';
import { roughDurationS } from '../../parts/rated';
import { useProblemText } from '../../parts/useProblemText';
import { useTitle } from '../../parts/useTitle';
import { historyQuery, monthsQuery } from '../../queries/sessions';
import './history.css';
import { groupByMonth, momentOf } from './months';

function SessionRow({ session: item }: { session: Schemas['DriverSession'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const at = momentOf(item);
  const to = item.state === 'ended' ? '/receipts/$sessionId' : '/sessions/$sessionId';
  return (
    <Link
      to={to}
      params={{ sessionId: item.session_id }}
      className="bd-session-row"
      data-testid="history-row"
      data-session-id={item.session_id}
      data-state={item.state}
    >
      <time dateTime={at.toISOString()} className="bd-session-day">
        <b>{at.getDate()}</b>
        {format.instant(at, 'time')}
      </time>
      <span className="bd-session-where">
        <strong>{item.station_name || item.station_id}</strong>
        {item.state === 'ended' ? (
          <small>{format.duration(roughDurationS(item.duration_s))}</small>
        ) : (
          <small>
            <StateMark kind="session" state={item.state} />
          </small>
        )}
      </span>
      {item.state === 'failed' ? (
        <span className="bb-visually-hidden">{t('history.noEnergy')}</span>
      ) : (
        <span className="bd-session-sum">
          <Figure parts={energyParts(format.locale, item.energy_wh)} />
          {item.cost?.is_final && (
            <small data-testid="history-cost">{format.money(item.cost.gross, item.cost.currency)}</small>
          )}
        </span>
      )}
    </Link>
  );
}

/** As the server counts it, over all sessions of the month, also those that are not loaded yet. */
function MonthSum({ sum }: { sum: Schemas['Month'] | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!sum) return null;
  const costs = sum.costs.map(({ currency, gross }) => format.money(gross, currency));
  return (
    <p data-testid="month-sum" data-energy-wh={sum.energy_wh}>
      <Figure parts={energyParts(format.locale, sum.energy_wh)} />
      {costs.length > 0 && <b data-testid="month-cost">{costs.join(' + ')}</b>}
      <small>{t('history.count', { count: sum.sessions })}</small>
    </p>
  );
}

function History() {
  const { t } = useTranslation();
  const format = useFormat();
  const tellProblem = useProblemText();
  const history = useInfiniteQuery(historyQuery());
  const { data: sums } = useQuery(monthsQuery());
  if (history.isPending) return <Loading rows={8} />;
  if (!history.data) return <PageProblem error={history.error} onRetry={() => void history.refetch()} />;
  const months = groupByMonth(history.data.pages.flatMap(({ items }) => items));
  if (months.length === 0)
    return (
      <Empty
        title={t('history.empty')}
        action={
          <Link to="/" className="bd-link">
            {t('history.find')}
          </Link>
        }
      >
        {t('history.emptyText')}
      </Empty>
    );
  return (
    <>
      {months.map((month) => (
        <section key={month.key} className="bd-month" data-testid="history-month">
          <header>
            <h2>{new Intl.DateTimeFormat(format.locale, { month: 'long', year: 'numeric' }).format(month.at)}</h2>
            <MonthSum sum={sums?.items.find(({ month: key }) => key === month.key)} />
          </header>
          <div className="bd-card bd-session-list">
            {month.sessions.map((item) => (
              <SessionRow key={item.session_id} session={item} />
            ))}
          </div>
        </section>
      ))}
      {history.isFetchNextPageError && (
        <p className="bd-problem" role="alert">
          {tellProblem(history.error)}
        </p>
      )}
      {history.hasNextPage && (
        <Button block size="large" loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t('history.earlier')}
        </Button>
      )}
    </>
  );
}

/** One's own charges by month. */
export function HistoryPage() {
  const { t } = useTranslation();
  const { credentials } = useSessionState(session);
  useTitle(t('history.title'));
  return (
    <div className="bd-history" data-testid="history">
      <h1>{t('history.title')}</h1>
      {credentials ? (
        <History />
      ) : (
        <Empty
          title={t('history.signIn')}
          action={
            <Link to="/sign-in" search={{ next: '/history', mode: 'in' }} className="bd-button-link">
              {t('signIn.enter')}
            </Link>
          }
        >
          {t('history.signInText')}
        </Empty>
      )}
    </div>
  );
}
