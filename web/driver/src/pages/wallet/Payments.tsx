import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { walletQuery } from '../../queries/money';
import { isPayable, myPaymentsQuery, savedCardsQuery } from '../../queries/paying';

export const PAYMENT_POLL_MILLIS = 3_000;

/** What came of a payment stands in the wallet, or among the saved cards. */
function useReadAfter(items: readonly Schemas['DriverPayment'][] | undefined) {
  const client = useQueryClient();
  const open = (items ?? [])
    .filter(isPayable)
    .map(({ payment_id: id }) => id)
    .join(' ');
  const before = useRef('');
  useEffect(() => {
    if (before.current)
      for (const { queryKey } of [walletQuery, savedCardsQuery()]) void client.invalidateQueries({ queryKey });
    before.current = open;
  }, [open, client]);
}

/** What was paid so far, the newest first. */
export function Payments() {
  const { t } = useTranslation();
  const { data } = useQuery({
    ...myPaymentsQuery(),
    refetchInterval: ({ state }) => (state.data?.items.some(isPayable) ? PAYMENT_POLL_MILLIS : false),
  });
  useReadAfter(data?.items);
  if (!data || data.items.length === 0) return null;
  return (
    <section className="bd-card bd-pay-card">
      <h2>{t('wallet.payments')}</h2>
      <ul className="bd-payments">
        {data.items.map((payment) => (
          <Row key={payment.payment_id} payment={payment} />
        ))}
      </ul>
    </section>
  );
}

function Row({ payment }: { payment: Schemas['DriverPayment'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { purpose, state } = payment;
  // Of what was set aside for a charge, only its price was taken.
  const amount = format.money(payment.captured || payment.amount, payment.currency);
  const isCard = purpose === 'card';
  return (
    <li data-testid="my-payment" data-state={state}>
      <span>
        {format.instant(payment.created_at, 'dateTime')}
        <small>{isCard && state === 'captured' ? t('wallet.cardSaved') : t(`wallet.state.${state}`)}</small>
      </span>
      <b>{isCard ? t('wallet.saveCard') : amount}</b>
    </li>
  );
}
