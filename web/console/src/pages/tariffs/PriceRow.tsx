import { DeleteOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ChoiceField, DecimalField, PartProblem, ScaledField } from './Fields';
import { More } from './More';
import { type Component, changeDimension, isTimed } from './terms';
import { useChoices } from './useChoices';

const MINUTE_S = 60;

interface PriceRowProps {
  value: Component;
  path: string;
  currency: string;
  onChange: (value: Component) => void;
  onRemove: (() => void) | undefined;
}

/** One price: of what, how much, per what; and how it is counted. */
export function PriceRow({ value, path, currency, onChange, onRemove }: PriceRowProps) {
  const { t } = useTranslation();
  const choices = useChoices();
  const change = (changed: Partial<Component>) => onChange({ ...value, ...changed });
  const timed = isTimed(value.dimension);
  const waits = value.dimension === 'parking' || value.dimension === 'idle';
  const isMore = value.step > 0 || value.cap !== null;
  return (
    <div className="bc-terms-price" data-testid="tariff-price-row">
      <div className="bc-terms-row">
        <ChoiceField
          label={t('tariff.what')}
          path={`${path}.dimension`}
          value={value.dimension}
          options={choices.dimensions}
          onChange={(dimension) => onChange(changeDimension(value, dimension ?? 'energy'))}
          isNeeded
          testId="tariff-dimension"
        />
        <DecimalField
          label={t('tariff.price')}
          path={`${path}.price`}
          value={value.price}
          onChange={(price) => change({ price: price ?? '0' })}
          testId="tariff-price"
          suffix={value.dimension === 'energy' ? '/ kWh' : timed ? undefined : t('tariff.once')}
        />
        {timed && (
          <ChoiceField
            label={t('tariff.per')}
            path={`${path}.per`}
            value={value.per}
            onChange={(per) => change({ per: per ?? 'hour' })}
            options={[
              { value: 'minute' as const, label: t('tariff.perMinute') },
              { value: 'hour' as const, label: t('tariff.perHour') },
            ]}
            isNeeded
          />
        )}
        <ChoiceField
          label={t('tariff.shareOf')}
          path={`${path}.share`}
          value={value.share}
          options={choices.shares}
          onChange={(share) => change({ share: share ?? 'none' })}
          isNeeded
        />
        <DecimalField
          label={t('tariff.vat')}
          path={`${path}.vat_percent`}
          value={value.vat_percent}
          onChange={(percent) => change({ vat_percent: percent })}
          suffix="%"
        />
        {waits && (
          <ScaledField
            label={t('tariff.grace')}
            path={`${path}.grace_s`}
            value={value.grace_s}
            onChange={(grace) => change({ grace_s: grace ?? 0 })}
            suffix="min"
            scale={MINUTE_S}
          />
        )}
        <Button
          type="text"
          icon={<DeleteOutlined />}
          disabled={!onRemove}
          onClick={onRemove}
          aria-label={t('tariff.removePrice')}
        />
      </div>
      <PartProblem path={path} />
      {value.dimension !== 'flat' && (
        <More summary={t('tariff.morePrice')} isSet={isMore} testId="price-more">
          <div className="bc-terms-when">
            <ScaledField
              label={t('tariff.step')}
              path={`${path}.step`}
              value={value.step}
              onChange={(step) => change({ step: step ?? 0 })}
              suffix={timed ? 'min' : 'Wh'}
              scale={timed ? MINUTE_S : 1}
              testId="price-step"
            />
            <DecimalField
              label={t('tariff.cap')}
              path={`${path}.cap`}
              value={value.cap}
              onChange={(cap) => change({ cap })}
              suffix={currency}
              testId="price-cap"
            />
          </div>
        </More>
      )}
    </div>
  );
}
