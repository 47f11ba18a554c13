import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Segmented, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { PeriodPainter } from './PeriodPainter';
import {
  type Component,
  dayTypes,
  dimensions,
  type Element,
  moveUp,
  newComponent,
  newElement,
  newTable,
  periods,
  type Restrictions,
  removeAt,
  replaceAt,
  shares,
  type Terms,
  weekdays,
} from './terms';

const SECONDS = 60;
const WATTS = 1_000;
const timed = ['time', 'parking', 'idle'];

interface EditorProps<Value> {
  value: Value;
  onChange: (value: Value) => void;
}

function useChoices() {
  const { t } = useTranslation();
  return {
    dimensions: dimensions.map((value) => ({ value, label: t(`tariff.dimension.${value}`) })),
    shares: shares.map((value) => ({ value, label: t(`tariff.share.${value}`) })),
    periods: periods.map((value) => ({ value, label: t(`tariff.period.${value}`) })),
    weekdays: weekdays.map((value) => ({ value, label: t(`tariff.weekday.${value}`) })),
    dayTypes: dayTypes.map((value) => ({ value, label: t(`tariff.dayType.${value}`) })),
  };
}

function PriceRow({ value, onChange, onRemove }: EditorProps<Component> & { onRemove: (() => void) | undefined }) {
  const { t } = useTranslation();
  const choices = useChoices();
  const change = (changed: Partial<Component>) => onChange({ ...value, ...changed });
  const isTimed = timed.includes(value.dimension);
  const unit = value.dimension === 'energy' ? '/ kWh' : isTimed ? undefined : t('tariff.once');
  return (
    <div className="bc-terms-row">
      <Select
        value={value.dimension}
        options={choices.dimensions}
        onChange={(dimension) => change({ dimension, grace_s: 0, per: 'hour' })}
        aria-label={t('tariff.what')}
      />
      <InputNumber<string>
        stringMode
        min="0"
        value={value.price}
        onChange={(price) => change({ price: price ?? '0' })}
        aria-label={t('tariff.price')}
        data-testid="tariff-price"
        {...(unit && { suffix: unit })}
      />
      {isTimed ? (
        <Select
          value={value.per}
          onChange={(per) => change({ per })}
          options={[
            { value: 'minute' as const, label: t('tariff.perMinute') },
            { value: 'hour' as const, label: t('tariff.perHour') },
          ]}
          aria-label={t('tariff.per')}
        />
      ) : (
        <Select
          value={value.share}
          options={choices.shares}
          onChange={(share) => change({ share })}
          aria-label={t('tariff.shareOf')}
        />
      )}
      <InputNumber<string>
        stringMode
        min="0"
        max="100"
        value={value.vat_percent}
        onChange={(vat_percent) => change({ vat_percent: vat_percent ?? null })}
        suffix="%"
        placeholder={t('tariff.vat')}
        aria-label={t('tariff.vat')}
      />
      {['parking', 'idle'].includes(value.dimension) ? (
        <InputNumber<number>
          min={0}
          value={value.grace_s / SECONDS}
          onChange={(minutes) => change({ grace_s: Math.round((minutes ?? 0) * SECONDS) })}
          suffix={t('tariff.graceUnit')}
          aria-label={t('tariff.grace')}
        />
      ) : (
        <span />
      )}
      <Button
        type="text"
        icon={<DeleteOutlined />}
        disabled={!onRemove}
        onClick={onRemove}
        aria-label={t('tariff.removePrice')}
      />
    </div>
  );
}

function When({ value, onChange }: EditorProps<Restrictions>) {
  const { t } = useTranslation();
  const choices = useChoices();
  const change = (changed: Partial<Restrictions>) => onChange({ ...value, ...changed });
  const time = (key: 'start_time' | 'end_time', label: string) => (
    <Input
      value={value[key] ?? ''}
      placeholder={label}
      aria-label={label}
      maxLength={5}
      onChange={({ target }) => change({ [key]: target.value === '' ? null : target.value })}
    />
  );
  const kilo = (
    key: 'min_energy_wh' | 'max_energy_wh' | 'min_power_w' | 'max_power_w',
    label: string,
    unit: string,
  ) => (
    <InputNumber<number>
      min={0}
      value={value[key] === null ? null : value[key] / WATTS}
      onChange={(given) => change({ [key]: given === null ? null : Math.round(given * WATTS) })}
      placeholder={label}
      aria-label={label}
      suffix={unit}
    />
  );
  return (
    <div className="bc-terms-when">
      {time('start_time', t('tariff.fromTime'))}
      {time('end_time', t('tariff.toTime'))}
      <Select
        mode="multiple"
        maxTagCount="responsive"
        value={value.weekdays}
        options={choices.weekdays}
        onChange={(chosen) => change({ weekdays: chosen })}
        placeholder={t('tariff.weekdays')}
        aria-label={t('tariff.weekdays')}
      />
      <Select
        mode="multiple"
        maxTagCount="responsive"
        value={value.day_types}
        options={choices.dayTypes}
        onChange={(chosen) => change({ day_types: chosen })}
        placeholder={t('tariff.dayTypes')}
        aria-label={t('tariff.dayTypes')}
      />
      <Select
        allowClear
        value={value.period}
        options={choices.periods}
        onChange={(period) => change({ period: period ?? null })}
        placeholder={t('tariff.inPeriod')}
        aria-label={t('tariff.inPeriod')}
      />
      {kilo('min_energy_wh', t('tariff.afterEnergy'), 'kWh')}
      {kilo('min_power_w', t('tariff.fromPower'), 'kW')}
    </div>
  );
}

function ElementCard(
  props: EditorProps<Element> & { place: number; onRemove: (() => void) | undefined; onUp: () => void },
) {
  const { value, onChange, place, onRemove, onUp } = props;
  const { t } = useTranslation();
  const put = (components: Component[]) => onChange({ ...value, components });
  return (
    <section className="bc-terms-element" aria-label={t('tariff.element', { place: place + 1 })}>
      <header>
        <b>{place + 1}</b>
        <Input
          variant="borderless"
          value={value.name}
          placeholder={t('tariff.elementName')}
          aria-label={t('tariff.elementName')}
          maxLength={120}
          onChange={({ target }) => onChange({ ...value, name: target.value })}
        />
        <Button
          type="text"
          icon={<ArrowUpOutlined />}
          disabled={place === 0}
          onClick={onUp}
          aria-label={t('tariff.moveUp')}
        />
        <Button
          type="text"
          icon={<DeleteOutlined />}
          disabled={!onRemove}
          onClick={onRemove}
          aria-label={t('tariff.removeElement')}
        />
      </header>
      <When value={value.restrictions} onChange={(restrictions) => onChange({ ...value, restrictions })} />
      {value.components.map((component, index) => (
        <PriceRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a price has no name of its own
          key={index}
          value={component}
          onChange={(changed) => put(replaceAt(value.components, index, changed))}
          onRemove={value.components.length > 1 ? () => put(removeAt(value.components, index)) : undefined}
        />
      ))}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        onClick={() => put([...value.components, newComponent({ dimension: 'idle', per: 'minute', price: '0.10' })])}
      >
        {t('tariff.addPrice')}
      </Button>
    </section>
  );
}

function Limits({ value, onChange }: EditorProps<Terms>) {
  const { t } = useTranslation();
  const limit = (key: 'min_price' | 'max_price', label: string) => (
    <InputNumber<string>
      stringMode
      min="0"
      value={value[key]?.after_taxes ?? null}
      onChange={(given) => onChange({ ...value, [key]: given ? { before_taxes: null, after_taxes: given } : null })}
      suffix={value.currency}
      placeholder={label}
      aria-label={label}
    />
  );
  return (
    <div className="bc-terms-when">
      {limit('min_price', t('tariff.minPrice'))}
      {limit('max_price', t('tariff.maxPrice'))}
      <InputNumber<string>
        stringMode
        min="0"
        value={value.hold_amount}
        onChange={(given) => onChange({ ...value, hold_amount: given ?? null })}
        suffix={value.currency}
        placeholder={t('tariff.hold')}
        aria-label={t('tariff.hold')}
      />
    </div>
  );
}

/** What a tariff says, for changing: elements in order, the first that matches holds. */
export function TermsForm({ value, onChange }: EditorProps<Terms>) {
  const { t } = useTranslation();
  const change = (changed: Partial<Terms>) => onChange({ ...value, ...changed });
  return (
    <div className="bc-terms" data-testid="tariff-terms">
      <div className="bc-terms-head">
        <Input
          value={value.currency}
          maxLength={3}
          onChange={({ target }) => change({ currency: target.value.toUpperCase() })}
          aria-label={t('tariff.currency')}
          style={{ width: 90 }}
        />
        <Segmented
          value={value.tax_included}
          onChange={(tax_included) => change({ tax_included })}
          options={[
            { value: 'yes' as const, label: t('tariff.taxYes') },
            { value: 'no' as const, label: t('tariff.taxNo') },
            { value: 'none' as const, label: t('tariff.taxNone') },
          ]}
        />
      </div>
      {value.elements.map((element, index) => (
        <ElementCard
          // biome-ignore lint/suspicious/noArrayIndexKey: an element is its place in the order
          key={index}
          value={element}
          place={index}
          onChange={(changed) => change({ elements: replaceAt(value.elements, index, changed) })}
          onUp={() => change({ elements: moveUp(value.elements, index) })}
          onRemove={value.elements.length > 1 ? () => change({ elements: removeAt(value.elements, index) }) : undefined}
        />
      ))}
      <div className="bc-terms-add">
        <Button
          icon={<PlusOutlined />}
          data-testid="tariff-element-add"
          onClick={() => change({ elements: [...value.elements, newElement()] })}
        >
          {t('tariff.addElement')}
        </Button>
        {value.tables.length === 0 && (
          <Button onClick={() => change({ tables: [newTable()] })}>{t('tariff.addTable')}</Button>
        )}
      </div>
      {value.tables.map((table, index) => (
        <PeriodPainter
          // biome-ignore lint/suspicious/noArrayIndexKey: a table is its place in the order
          key={index}
          table={table}
          onChange={(changed) => change({ tables: replaceAt(value.tables, index, changed) })}
          onRemove={() => change({ tables: removeAt(value.tables, index) })}
        />
      ))}
      <Limits value={value} onChange={onChange} />
    </div>
  );
}
