import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { PageProblem } from '../../parts/PageProblem';
import { useProblemText } from '../../parts/useProblemText';
import { entriesQuery } from '../../queries/money';
import { nameOf } from './entries';

/** What moved in the wallet, the newest first. */
export function Movements({ currency }: { currency: string }) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  const entries = useInfiniteQuery(entriesQuery);
  const items = entries.data?.pages.flatMap((page) => page.items);
  return (
    <section className="bd-card bd-pay-card">
      <h2>{t('wallet.history')}</h2>
      {entries.isPending && <Loading rows={4} />}
      {!items && entries.isError && <PageProblem error={entries.error} onRetry={() => void entries.refetch()} />}
      {items?.length === 0 && <p className="bd-lead">{t('wallet.noEntries')}</p>}
      {items && items.length > 0 && (
        <ul className="bd-payments bd-movements">
          {items.map((entry) => (
            <Movement key={`${entry.transfer_id} ${entry.at} ${entry.amount}`} entry={entry} currency={currency} />
          ))}
        </ul>
      )}
      {entries.isFetchNextPageError && (
        <p className="bd-problem" role="alert">
          {tellProblem(entries.error)}
        </p>
      )}
      {entries.hasNextPage && (
        <Button
          block
          loading={entries.isFetchingNextPage}
          data-testid="earlier-entries"
          onClick={() => void entries.fetchNextPage()}
        >
          {t('wallet.earlier')}
        </Button>
      )}
    </section>
  );
}

function Movement({ entry, currency }: { entry: Schemas['WalletEntry']; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amount = format.money(entry.amount, currency);
  const name = t(`wallet.entry.${nameOf(entry)}`);
  return (
    <li data-testid="wallet-entry" data-kind={entry.kind}>
      <span>
        {entry.session_id ? (
          <Link to="/sessions/$sessionId" params={{ sessionId: entry.session_id }} className="bd-movement-link">
            {name}
          </Link>
        ) : (
          name
        )}
        <small>
          {format.instant(entry.at, 'dateTime')}
          {entry.state !== 'posted' && ` · ${t(`wallet.entryState.${entry.state}`)}`}
        </small>
        {entry.reason && <small data-verbatim>{entry.reason}</small>}
      </span>
      <span className="bd-movement-sum">
        <b data-gain={entry.amount > 0 || undefined}>{entry.amount > 0 ? `+${amount}` : amount}</b>
        <small>{t('wallet.after', { amount: format.money(entry.balance, currency) })}</small>
      </span>
    </li>
  );
}
