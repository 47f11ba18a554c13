import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd-mobile/es/components/button';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId } from '../../app/newId';
import { useProblemText } from '../../parts/useProblemText';
import { isPayable, isRefused, myPaymentQuery, myPaymentsQuery, startTopUp } from '../../queries/paying';
import { AmountChoice } from './AmountChoice';
import { PAYMENT_POLL_MILLIS } from './Payments';
import { ProviderChoice } from './ProviderChoice';

type Payment = Schemas['DriverPayment'];
type Wish = Pick<Schemas['TopUpBody'], 'amount' | 'currency'> & { option: Schemas['PayOption'] | undefined };

const AMOUNTS = [1_000, 2_500, 5_000, 10_000];

/** One payment from the press of the button until it is known what became of it. */
function useTopUp({ amount, currency, option }: Wish) {
  const { i18n } = useTranslation();
  const client = useQueryClient();
  const key = useRef(newId());
  const pay = useMutation({
    mutationFn: () =>
      startTopUp(
        {
          provider: option?.provider ?? 'stripe',
          way: option?.way ?? 'page',
          amount,
          currency,
          return_path: '/app/wallet/top-up',
          payer_ref: '',
          language: i18n.language,
        },
        key.current,
      ),
    onSuccess: (payment) => {
      key.current = newId();
      void client.invalidateQueries({ queryKey: myPaymentsQuery().queryKey });
      if (payment.page_url) window.location.assign(payment.page_url);
    },
    onError: (failure) => {
      if (isRefused(failure)) key.current = newId();
    },
  });
  const begun = pay.data;
  const { data: seen } = useQuery({
    ...myPaymentQuery(begun && isPayable(begun) ? begun.payment_id : null),
    refetchInterval: ({ state }) => (!state.data || isPayable(state.data) ? PAYMENT_POLL_MILLIS : false),
  });
  return {
    pay,
    payment: seen ?? begun,
    /** Another amount or another provider is another payment. */
    forget: () => {
      pay.reset();
      key.current = newId();
    },
  };
}

/** Where a payment stands that was begun here, and what its payer does next. */
function Standing({ payment }: { payment: Payment }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!isPayable(payment)) {
    const isPaid = payment.state !== 'failed' && payment.state !== 'cancelled';
    return (
      <p role="status" data-testid="top-up-standing" data-state={payment.state}>
        <Mark tone={isPaid ? 'good' : 'bad'} shape={isPaid ? 'check' : 'cross'}>
          {isPaid
            ? t('wallet.received', { amount: format.money(payment.amount, payment.currency) })
            : t('wallet.notPaid')}
        </Mark>
      </p>
    );
  }
  return (
    <>
      <p role="status" data-testid="top-up-standing" data-state={payment.state}>
        <Mark tone="info" shape="clock">
          {t('guest.stage.paying')}
        </Mark>
      </p>
      {payment.code_image && (
        <p className="bd-guest-code">
          <img src={payment.code_image} alt={t('guest.code')} data-testid="top-up-code" />
        </p>
      )}
      {payment.page_url && (
        <a className="bd-button-link" href={payment.page_url} data-testid="to-provider">
          {t('guest.toProvider')}
        </a>
      )}
    </>
  );
}

/** How much one pays in, and by whom. While a payment waits for its payer, there is no button for a second one. */
export function TopUp({ options }: { options: Schemas['PayOptionList'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tellProblem = useProblemText();
  const { currency } = options;
  const [amount, setAmount] = useState(AMOUNTS[1] ?? 0);
  const [chosen, setChosen] = useState(0);
  const { pay, payment, forget } = useTopUp({ amount, currency, option: options.items[chosen] });
  return (
    <section className="bd-card bd-pay-card">
      <AmountChoice
        label={t('wallet.howMuch')}
        amounts={AMOUNTS}
        currency={currency}
        amount={amount}
        isFixed={pay.isPending}
        onChoose={(next) => {
          setAmount(next);
          forget();
        }}
      />
      <ProviderChoice
        options={options.items}
        chosen={chosen}
        isFixed={pay.isPending}
        onChoose={(next) => {
          setChosen(next);
          forget();
        }}
      />
      {pay.isError && (
        <p className="bd-problem" role="alert">
          <Mark tone="bad" shape="cross">
            {tellProblem(pay.error)}
          </Mark>
        </p>
      )}
      {payment && <Standing payment={payment} />}
      {!(payment && isPayable(payment)) && (
        <Button
          block
          color="primary"
          size="large"
          className="bd-main-button"
          loading={pay.isPending}
          data-testid="top-up-pay"
          onClick={() => pay.mutate()}
        >
          {t('wallet.pay', { amount: format.money(amount, currency) })}
        </Button>
      )}
    </section>
  );
}
