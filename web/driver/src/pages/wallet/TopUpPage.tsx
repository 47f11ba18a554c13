import type { Schemas } from '@busbar/client';
import { Loading, Mark, useFormat } from '@busbar/kit';
import { useMutation, useQuery } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../app/newId';
import { PageHead } from '../../parts/PageHead';
import { PageProblem } from '../../parts/PageProblem';
import { useProblemText } from '../../parts/useProblemText';
import { myPaymentsQuery, payOptionsQuery, startTopUp } from '../../queries/paying';
import { AmountChoice } from './AmountChoice';
import { ProviderChoice } from './ProviderChoice';
import { SavedCards } from './SavedCards';
import './wallet.css';

const AMOUNTS = [1_000, 2_500, 5_000, 10_000];
const POLL_MILLIS = 3_000;

const isOpen = ({ state }: Schemas['DriverPayment']) => state === 'created' || state === 'pending';

/** Money for one's wallet, the cards that pay afterwards, and what was paid so far. */
export function TopUpPage() {
  const { t } = useTranslation();
  const options = useQuery(payOptionsQuery());
  return (
    <>
      <PageHead title={t('wallet.title')} />
      <main className="bd-page" data-testid="top-up">
        {options.error && <PageProblem error={options.error} onRetry={() => void options.refetch()} />}
        {options.isPending && <Loading rows={5} />}
        {options.data &&
          (options.data.items.length === 0 ? (
            <p className="bd-note">{t('guest.none')}</p>
          ) : (
            <TopUp options={options.data} />
          ))}
        <SavedCards currency={options.data?.currency} />
        <Payments />
      </main>
    </>
  );
}

function TopUp({ options }: { options: Schemas['PayOptionList'] }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const tellProblem = useProblemText();
  const [amount, setAmount] = useState(AMOUNTS[1] ?? 0);
  const [chosen, setChosen] = useState(0);
  const key = useRef(newId());
  const option = options.items[chosen];
  const pay = useMutation({
    mutationFn: () =>
      startTopUp(
        {
          provider: option?.provider ?? 'stripe',
          way: option?.way ?? 'page',
          amount,
          currency: options.currency,
          return_path: '/app/wallet/top-up',
          payer_ref: '',
          language: i18n.language,
        },
        key.current,
      ),
    onSuccess: (payment) => {
      key.current = newId();
      if (payment.page_url) window.location.assign(payment.page_url);
    },
    onError: () => {
      key.current = newId();
    },
  });
  return (
    <section className="bd-card bd-pay-card">
      <AmountChoice
        label={t('wallet.howMuch')}
        amounts={AMOUNTS}
        currency={options.currency}
        amount={amount}
        onChoose={setAmount}
      />
      <ProviderChoice options={options.items} chosen={chosen} onChoose={setChosen} />
      {pay.isError && (
        <p className="bd-problem" role="alert">
          <Mark tone="bad" shape="cross">
            {tellProblem(pay.error)}
          </Mark>
        </p>
      )}
      {pay.data?.code_image && (
        <p className="bd-guest-code">
          <img src={pay.data.code_image} alt={t('guest.code')} />
        </p>
      )}
      <Button
        block
        color="primary"
        size="large"
        className="bd-main-button"
        loading={pay.isPending}
        data-testid="top-up-pay"
        onClick={() => pay.mutate()}
      >
        {t('wallet.pay', { amount: format.money(amount, options.currency) })}
      </Button>
    </section>
  );
}

function Payments() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({
    ...myPaymentsQuery(),
    refetchInterval: ({ state }) => (state.data?.items.some(isOpen) ? POLL_MILLIS : false),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <section className="bd-card bd-pay-card">
      <h2>{t('wallet.payments')}</h2>
      <ul className="bd-payments">
        {data.items.map((payment) => (
          <li key={payment.payment_id} data-testid="my-payment" data-state={payment.state}>
            <span>
              {format.instant(payment.created_at, 'dateTime')}
              <small>{t(`wallet.state.${payment.state}`)}</small>
            </span>
            <b>{format.money(payment.amount, payment.currency)}</b>
          </li>
        ))}
      </ul>
    </section>
  );
}
