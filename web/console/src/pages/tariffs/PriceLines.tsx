import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import './tariff.css';

type Line = Schemas['PriceLine'];

interface PriceLinesProps {
  lines: readonly Line[];
  currency: string;
  net: number;
  tax: number;
  gross: number;
  testId?: string;
}

/** A price line by line: what, how much of it, at which price, why. */
export function PriceLines({ lines, currency, net, tax, gross, testId }: PriceLinesProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const why = (reason: string) => {
    if (i18n.exists(`tariff.period.${reason}`)) return t(`tariff.period.${reason}`);
    return i18n.exists(`price.cause.${reason}`) ? t(`price.cause.${reason}`) : reason;
  };
  return (
    <table className="bc-price-lines" data-testid={testId}>
      <tbody>
        {lines.map((line, order) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the price
          <tr key={order} data-kind={line.kind}>
            <th scope="row">
              <span>
                {t(`price.kind.${line.kind}`)}
                {line.share !== 'none' && ` · ${t(`tariff.share.${line.share}`)}`}
              </span>
              {(line.reason || line.starts_at) && (
                <small>
                  {[
                    why(line.reason),
                    line.starts_at &&
                      line.ends_at &&
                      line.kind !== 'flat' &&
                      `${format.instant(line.starts_at, 'time')} – ${format.instant(line.ends_at, 'time')}`,
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </small>
              )}
            </th>
            <td className="bc-number">
              {line.unit === 'session' ? '' : `${format.number(Number(line.quantity), 3)} ${line.unit}`}
            </td>
            <td className="bc-number bc-soft">{line.unit === 'session' ? '' : `× ${line.unit_price}`}</td>
            <td className="bc-number">{format.money(line.gross, currency)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        {tax !== 0 && (
          <>
            <tr>
              <th scope="row" colSpan={3}>
                {t('price.net')}
              </th>
              <td className="bc-number">{format.money(net, currency)}</td>
            </tr>
            <tr>
              <th scope="row" colSpan={3}>
                {t('price.tax')}
              </th>
              <td className="bc-number">{format.money(tax, currency)}</td>
            </tr>
          </>
        )}
        <tr className="bc-price-total">
          <th scope="row" colSpan={3}>
            {t('price.gross')}
          </th>
          <td className="bc-number">{format.money(gross, currency)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
