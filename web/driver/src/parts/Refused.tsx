import type { Schemas } from '@busbar/client';
import { useTranslation } from 'react-i18next';
import './price.css';

/** The offers that took nothing off a price, and why; a price that an older version of the app kept tells of none. */
export function Refused({ refusals }: { refusals: readonly Schemas['OfferRefusal'][] | undefined }) {
  const { t } = useTranslation();
  if (!refusals?.length) return null;
  return (
    <section className="bd-refused" data-testid="refused" aria-label={t('price.refused.title')}>
      <h3>{t('price.refused.title')}</h3>
      <ul>
        {refusals.map(({ offer_id, name, source, reason }) => (
          <li key={`${offer_id} ${reason}`} data-reason={reason}>
            {t(`price.refused.named.${source}`, { name })}: {t(`price.refused.reason.${reason}`)}
          </li>
        ))}
      </ul>
    </section>
  );
}
