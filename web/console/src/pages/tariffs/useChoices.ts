import { useTranslation } from 'react-i18next';
import { dayTypes, dimensions, periods, shares, weekdays } from './terms';

/** The words of a tariff, to choose from. */
export function useChoices() {
  const { t } = useTranslation();
  return {
    dimensions: dimensions.map((value) => ({ value, label: t(`tariff.dimension.${value}`) })),
    shares: shares.map((value) => ({ value, label: t(`tariff.share.${value}`) })),
    periods: periods.map((value) => ({ value, label: t(`tariff.period.${value}`) })),
    weekdays: weekdays.map((value) => ({ value, label: t(`tariff.weekday.${value}`) })),
    dayTypes: dayTypes.map((value) => ({ value, label: t(`tariff.dayType.${value}`) })),
  };
}
