import type { Schemas } from '@busbar/client';
import { Empty, Loading, Mark, useFormat } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { walletQuery } from '../../queries/money';
import { payOptionsQuery } from '../../queries/paying';
import { Coupons } from './Coupons';
import { hasWallet } from './entries';
import { Leaving } from './Leaving';
import { Movements } from './Movements';
import './wallet.css';

/** One's own money here: what can be spent, what is held, what moved, and the coupons. */
export function WalletPage() {
  const { t } = useTranslation();
  const { data, error, isError, refetch } = useQuery(walletQuery);
  return (
    <>
      <PageHead title={t('wallet.name')} />
      <main className="bd-page bd-wallet" data-testid="wallet">
        {!data && (isError ? <PageProblem error={error} onRetry={() => void refetch()} /> : <Loading rows={8} />)}
        {data && !hasWallet(data) && <Empty title={t('wallet.none')}>{t('wallet.noneText')}</Empty>}
        {data && hasWallet(data) && (
          <>
            <Money wallet={data} />
            <Link to="/plans" className="bd-button-link bd-quiet" data-testid="to-plans">
              {t('plan.title')}
            </Link>
            <Coupons />
            <Movements currency={data.currency} />
            <Leaving wallet={data} />
          </>
        )}
      </main>
    </>
  );
}

function Money({ wallet }: { wallet: Schemas['Wallet'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: options } = useQuery(payOptionsQuery());
  const money = (amount: number) => format.money(amount, wallet.currency);
  const canTopUp = wallet.status === 'open' && options !== undefined && options.items.length > 0;
  return (
    <section className="bd-card bd-balance">
      <p className="bd-balance-figure">
        <small>{t('wallet.available')}</small>
        <strong data-testid="wallet-balance">{money(wallet.balance)}</strong>
      </p>
      {(wallet.held !== 0 || wallet.owed !== 0) && (
        <dl className="bd-guest-lines">
          {wallet.held !== 0 && (
            <div>
              <dt>{t('wallet.held')}</dt>
              <dd data-testid="wallet-held">{money(wallet.held)}</dd>
            </div>
          )}
          {wallet.owed !== 0 && (
            <div>
              <dt>{t('wallet.owed')}</dt>
              <dd data-testid="wallet-owed">{money(wallet.owed)}</dd>
            </div>
          )}
        </dl>
      )}
      {wallet.status !== 'open' && (
        <p className="bd-problem" role="alert" data-testid="wallet-status">
          <Mark tone="bad" shape="slash">
            {t(`wallet.status.${wallet.status}`)}
          </Mark>
        </p>
      )}
      {wallet.company_name !== null && (
        <p className="bd-note">{t('wallet.company', { company: wallet.company_name })}</p>
      )}
      {wallet.company_name === null && wallet.mode === 'prepaid' && wallet.start_minimum > wallet.balance && (
        <p className="bd-note" data-testid="start-minimum">
          {t('wallet.startMinimum', { amount: money(wallet.start_minimum) })}
        </p>
      )}
      {wallet.mode === 'postpaid' && <p className="bd-note">{t('wallet.postpaid')}</p>}
      {canTopUp && (
        <Link to="/wallet/top-up" className="bd-button-link" data-testid="to-top-up">
          {t('wallet.title')}
        </Link>
      )}
    </section>
  );
}
