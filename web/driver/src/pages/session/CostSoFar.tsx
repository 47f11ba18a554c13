import { useFormat, useNow } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession } from '../../app/kept';
import { Icon } from '../../parts/Icon';
import { PriceLines } from '../../parts/PriceLines';
import { Refused } from '../../parts/Refused';
import { Sheet } from '../../parts/Sheet';
import { priceQuery } from '../../queries/money';

const COST_MILLIS = 5_000;

/** What the charge costs until now, as of when, and how that came about; nothing where no tariff holds. */
export function CostSoFar({ session }: { session: LiveSession }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery({
    ...priceQuery(session.session_id),
    enabled: session.cost != null, // what an older version of the app kept has no cost
    refetchInterval: COST_MILLIS,
  });
  const cost = data ?? session.cost; // the session's own is that of its last whole reading
  if (!cost) return null;
  const asOf = t('price.asOf', { age: format.age(cost.priced_at ?? session.heardAt, now) });
  return (
    <>
      <button
        type="button"
        className="bd-card bd-cost"
        data-testid="cost"
        disabled={!data}
        onClick={() => setOpen(true)}
      >
        <span>
          {t('price.soFar')}
          <small>{asOf}</small>
        </span>
        <b data-testid="cost-amount">{format.money(cost.gross, cost.currency)}</b>
        <Icon name="forward" size={20} />
      </button>
      {data && (
        <Sheet isOpen={isOpen} onClose={() => setOpen(false)} title={t('price.linesSoFar')} testId="cost-sheet">
          <p className="bd-lead">
            <span data-verbatim>
              {t('price.tariffVersion', { name: data.tariff_name, version: data.tariff_version })}
            </span>{' '}
            · {asOf}
          </p>
          <PriceLines price={data} zone={session.time_zone ?? undefined} testId="cost-lines" />
          <Refused refusals={data.refusals} />
          <p className="bd-fine">{t('price.running')}</p>
        </Sheet>
      )}
    </>
  );
}
