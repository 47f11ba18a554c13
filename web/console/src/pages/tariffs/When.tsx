import { useTranslation } from 'react-i18next';
import { ChoiceField, ChoicesField, DayField, ScaledField, TimeField } from './Fields';
import { More } from './More';
import { isRare, type Restrictions, reservationCases } from './terms';
import { useChoices } from './useChoices';

const KILO = 1_000;
const MINUTE_S = 60;

interface WhenProps {
  value: Restrictions;
  path: string;
  onChange: (value: Restrictions) => void;
}

const ranges = [
  { from: 'min_energy_wh', to: 'max_energy_wh', name: 'energy', unit: 'kWh', scale: KILO },
  { from: 'min_power_w', to: 'max_power_w', name: 'power', unit: 'kW', scale: KILO },
  { from: 'min_current_ma', to: 'max_current_ma', name: 'current', unit: 'A', scale: KILO },
  { from: 'min_duration_s', to: 'max_duration_s', name: 'duration', unit: 'min', scale: MINUTE_S },
] as const;

/** When an element holds: all that is set must match. */
export function When({ value, path, onChange }: WhenProps) {
  const { t } = useTranslation();
  const choices = useChoices();
  const change = (changed: Partial<Restrictions>) => onChange({ ...value, ...changed });
  const at = <Key extends keyof Restrictions>(key: Key) => ({
    path: `${path}.${key}`,
    value: value[key],
    onChange: (given: Restrictions[Key]) => change({ [key]: given }),
  });
  return (
    <>
      <div className="bc-terms-when">
        <TimeField label={t('tariff.when.start_time')} {...at('start_time')} testId="when-start-time" />
        <TimeField label={t('tariff.when.end_time')} {...at('end_time')} testId="when-end-time" />
        <ChoicesField label={t('tariff.weekdays')} {...at('weekdays')} options={choices.weekdays} />
        <ChoicesField label={t('tariff.dayTypes')} {...at('day_types')} options={choices.dayTypes} />
        <ChoiceField label={t('tariff.inPeriod')} {...at('period')} options={choices.periods} testId="when-period" />
      </div>
      <More summary={t('tariff.moreWhen')} isSet={isRare(value)} testId="when-more">
        <div className="bc-terms-when">
          <DayField label={t('tariff.when.season_start')} {...at('season_start')} isYearly testId="when-season-start" />
          <DayField label={t('tariff.when.season_end')} {...at('season_end')} isYearly testId="when-season-end" />
          <DayField label={t('tariff.when.start_date')} {...at('start_date')} testId="when-start-date" />
          <DayField label={t('tariff.when.end_date')} {...at('end_date')} testId="when-end-date" />
          {ranges.map(({ from, to, name, unit, scale }) => (
            <div className="bc-terms-range" key={name}>
              <ScaledField
                label={t(`tariff.least.${name}`)}
                {...at(from)}
                suffix={unit}
                scale={scale}
                testId={`when-min-${name}`}
              />
              <ScaledField
                label={t(`tariff.most.${name}`)}
                {...at(to)}
                suffix={unit}
                scale={scale}
                testId={`when-max-${name}`}
              />
            </div>
          ))}
          <ChoiceField
            label={t('tariff.when.reservation')}
            {...at('reservation')}
            options={reservationCases.map((each) => ({ value: each, label: t(`tariff.reservation.${each}`) }))}
            testId="when-reservation"
          />
        </div>
      </More>
    </>
  );
}
