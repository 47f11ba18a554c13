import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import { useSessionPrice } from '../../queries/tariffs';
import { PriceLines } from '../tariffs/PriceLines';

/** How the price of a session came about, line by line, and what it was before corrections. */
export function SessionPrice({ session }: { session: Schemas['SessionDetail'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: price } = useSessionPrice(session.session_id, session.cost !== null);
  if (!price) return null;
  const earlier = price.revisions.filter(({ revision }) => revision < price.revision);
  return (
    <Panel
      title={price.revision === 0 ? t('price.soFar') : t('price.title')}
      testId="session-price"
      extra={
        <Link to="/tariffs/$tariffId" params={{ tariffId: price.tariff_id }} className="bc-link">
          {price.tariff_name} · {t('tariff.versionNumber', { version: price.tariff_version })}
        </Link>
      }
    >
      <PriceLines {...price} />
      <p className="bc-soft">
        {t('price.because', { scope: t(`tariff.scope.${price.assigned_by}`), at: format.instant(price.fixed_at) })}
        {price.revision > 0 && !price.is_final && ` ${t('price.notFinal')}`}
      </p>
      {earlier.length > 0 && (
        <ul className="bc-assignments">
          {earlier.map((each) => (
            <li key={each.revision}>
              <span>{t('price.before', { at: format.instant(each.priced_at) })}</span>
              <s className="bc-number">{format.money(each.gross, price.currency)}</s>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
