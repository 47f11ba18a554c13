import type { Schemas } from '@busbar/client';
import { type Format, useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import './price.css';

type Line = Schemas['PriceLine'];
type Texts = ReturnType<typeof useTranslation>;

interface PriceLinesProps {
  price: { lines: readonly Line[]; currency: string; net: number; tax: number; gross: number };
  /** Where the clock of the lines hangs. */
  zone?: string | undefined;
  testId?: string;
}

/** Why a line is there: the period, the cause, or what the operator called it. */
function tellWhy(reason: string, { t, i18n }: Texts): string {
  if (i18n.exists(`price.period.${reason}`)) return t(`price.period.${reason}`);
  return i18n.exists(`price.cause.${reason}`) ? t(`price.cause.${reason}`) : reason;
}

/** How much of it at which price, from when to when, and why. */
function tellLine(line: Line, currency: string, zone: string | undefined, format: Format, texts: Texts): string {
  const { t, i18n } = texts;
  const unit = i18n.exists(`price.unit.${line.unit}`) ? t(`price.unit.${line.unit}`) : line.unit;
  const times =
    line.starts_at &&
    line.ends_at &&
    line.kind !== 'flat' &&
    `${format.instant(line.starts_at, 'time', zone)}–${format.instant(line.ends_at, 'time', zone)}`;
  return [
    line.unit !== 'session' &&
      `${format.decimal(line.quantity)}\u202f${unit} × ${format.price(line.unit_price, currency)}`,
    line.reason && tellWhy(line.reason, texts),
    times,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** A price line by line: discounts, tax and the total. */
export function PriceLines({ price, zone, testId }: PriceLinesProps) {
  const texts = useTranslation();
  const { t } = texts;
  const format = useFormat();
  const money = (amount: number) => format.money(amount, price.currency);
  return (
    <dl className="bd-price-lines" data-testid={testId}>
      {price.lines.map((line, order) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the price
        <div key={order} data-kind={line.kind} data-testid="price-line">
          <dt>
            {t(`price.kind.${line.kind}`)}
            {line.share !== 'none' && ` · ${t(`price.share.${line.share}`)}`}
            <small>{tellLine(line, price.currency, zone, format, texts)}</small>
          </dt>
          <dd>{money(line.gross)}</dd>
        </div>
      ))}
      {price.tax !== 0 && (
        <>
          <div className="bd-price-sum">
            <dt>{t('price.net')}</dt>
            <dd data-testid="price-net">{money(price.net)}</dd>
          </div>
          <div className="bd-price-sum">
            <dt>{t('price.tax')}</dt>
            <dd data-testid="price-tax">{money(price.tax)}</dd>
          </div>
        </>
      )}
      <div className="bd-price-total">
        <dt>{t('price.gross')}</dt>
        <dd data-testid="price-gross">{money(price.gross)}</dd>
      </div>
    </dl>
  );
}
