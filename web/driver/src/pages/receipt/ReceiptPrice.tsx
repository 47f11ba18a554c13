import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { PriceLines } from '../../parts/PriceLines';
import { Refused } from '../../parts/Refused';

interface ReceiptPriceProps {
  price: Schemas['SessionPrice'];
  zone: string | undefined;
}

/** What the charge costs, line by line, and what it cost before a correction. */
export function ReceiptPrice({ price, zone }: ReceiptPriceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const earlier = price.revisions.filter(({ revision }) => revision < price.revision);
  return (
    <section className="bd-receipt-price" data-testid="receipt-price">
      <PriceLines price={price} zone={zone} />
      <Refused refusals={price.refusals} />
      {!price.is_final && <p data-testid="not-final">{t('price.notFinal')}</p>}
      {earlier.map((each) => (
        <p key={each.revision} data-testid="earlier-price">
          {t('price.before', {
            at: format.instant(each.priced_at, 'dateTime', zone),
            amount: format.money(each.gross, price.currency),
          })}
        </p>
      ))}
    </section>
  );
}
