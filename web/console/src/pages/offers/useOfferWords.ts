import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';

type Terms = Pick<Schemas['OfferTerms'], 'kind' | 'value'>;

/** What an offer takes off, in a few words. */
export function useOfferWords(): (terms: Terms, currency: string | null) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ kind, value }, currency) => {
    if (kind === 'percentage') return t('offer.words.percentage', { value: format.decimal(value, 2) });
    if (kind === 'fixed') return t('offer.words.fixed', { value: format.price(value, currency ?? 'EUR') });
    if (kind === 'staff_price') return t('offer.words.staff_price', { value: format.price(value, currency ?? 'EUR') });
    return t(`offer.words.${kind}`, { value: format.decimal(value, 3) });
  };
}
