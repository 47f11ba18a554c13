import { useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';

interface Period {
  valid_from: string;
  valid_until: string | null;
}

/** From when until when something holds, in words. */
export function usePeriodWords(): (period: Period) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ valid_from: from, valid_until: until }) =>
    until === null
      ? t('tariff.since', { at: format.instant(from) })
      : t('tariff.fromUntil', { from: format.instant(from), until: format.instant(until) });
}
