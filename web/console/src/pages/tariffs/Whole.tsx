import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { ChoiceField, DecimalField, InstantField, Labelled, PartProblem } from './Fields';
import { More } from './More';
import {
  type EnergyMix,
  hasMore,
  limitOf,
  newMix,
  type PriceLimit,
  removeAt,
  replaceAt,
  roundings,
  type Terms,
} from './terms';

const LANGUAGES = ['en', 'zh', 'it', 'de', 'fr', 'es', 'nl', 'pt', 'pl', 'sv', 'da', 'fi', 'cs', 'hu', 'el', 'ja'];

interface WholeProps {
  value: Terms;
  onChange: (value: Terms) => void;
}

/** Smallest and largest price of a session, and what is held before it. */
function Limits({ value, onChange }: WholeProps) {
  const { t } = useTranslation();
  const limit = (key: 'min_price' | 'max_price', side: keyof PriceLimit) => (
    <DecimalField
      label={t(`tariff.limit.${key}.${side}`)}
      path={`${key}.${side}`}
      value={value[key]?.[side] ?? null}
      onChange={(given) => onChange({ ...value, [key]: limitOf(value[key], side, given) })}
      suffix={value.currency}
      testId={`tariff-${key}-${side}`}
    />
  );
  return (
    <div className="bc-terms-when">
      {limit('min_price', 'after_taxes')}
      {limit('max_price', 'after_taxes')}
      {limit('min_price', 'before_taxes')}
      {limit('max_price', 'before_taxes')}
      <DecimalField
        label={t('tariff.hold')}
        path="hold_amount"
        value={value.hold_amount}
        onChange={(given) => onChange({ ...value, hold_amount: given })}
        suffix={value.currency}
      />
      <PartProblem path="min_price" />
      <PartProblem path="max_price" />
    </div>
  );
}

/** What the operator tells about the tariff, a language a line. */
function Texts({ value, onChange }: WholeProps) {
  const { t } = useTranslation();
  const put = (texts: Terms['texts']) => onChange({ ...value, texts });
  return (
    <>
      {value.texts.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text is its place in the list
        <div className="bc-terms-text" key={index}>
          <ChoiceField
            label={t('tariff.textLanguage')}
            path={`texts[${index}].language`}
            value={each.language}
            options={[...new Set([...LANGUAGES, each.language])].map((code) => ({ value: code, label: code }))}
            onChange={(language) => put(replaceAt(value.texts, index, { ...each, language: language ?? 'en' }))}
            isNeeded
          />
          <Labelled label={t('tariff.textSays')} path={`texts[${index}].text`}>
            {(aria) => (
              <Input
                {...aria}
                value={each.text}
                maxLength={512}
                onChange={({ target }) => put(replaceAt(value.texts, index, { ...each, text: target.value }))}
                data-testid="tariff-text"
              />
            )}
          </Labelled>
          <Button
            type="text"
            icon={<DeleteOutlined />}
            onClick={() => put(removeAt(value.texts, index))}
            aria-label={t('tariff.removeText')}
          />
        </div>
      ))}
      {value.texts.length < LANGUAGES.length && (
        <Button
          type="dashed"
          size="small"
          icon={<PlusOutlined />}
          onClick={() => put([...value.texts, { language: 'en', text: '' }])}
          data-testid="tariff-text-add"
        >
          {t('tariff.addText')}
        </Button>
      )}
    </>
  );
}

/** Where the energy comes from, and what it leaves behind. */
function Mix({ value, onChange }: { value: EnergyMix; onChange: (value: EnergyMix | null) => void }) {
  const { t } = useTranslation();
  const change = (changed: Partial<EnergyMix>) => onChange({ ...value, ...changed });
  const text = (key: 'supplier' | 'product') => (
    <Labelled label={t(`tariff.mix.${key}`)} path={`energy_mix.${key}`}>
      {(aria) => (
        <Input
          {...aria}
          value={value[key]}
          maxLength={512}
          onChange={({ target }) => change({ [key]: target.value })}
        />
      )}
    </Labelled>
  );
  const grams = (key: 'carbon_dioxide_g' | 'nuclear_waste_g') => (
    <DecimalField
      label={t(`tariff.mix.${key}`)}
      path={`energy_mix.${key}`}
      value={value[key]}
      onChange={(given) => change({ [key]: given })}
      suffix="g/kWh"
    />
  );
  return (
    <section className="bc-terms-element" aria-label={t('tariff.mix.title')} data-testid="tariff-mix">
      <header>
        <Checkbox checked={value.is_green} onChange={({ target }) => change({ is_green: target.checked })}>
          {t('tariff.mix.isGreen')}
        </Checkbox>
        <Button
          type="text"
          icon={<DeleteOutlined />}
          onClick={() => onChange(null)}
          aria-label={t('tariff.mix.remove')}
        />
      </header>
      <div className="bc-terms-when">
        {text('supplier')}
        {text('product')}
        {grams('carbon_dioxide_g')}
        {grams('nuclear_waste_g')}
      </div>
      {value.sources.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a source is its place in the list
        <div className="bc-terms-text" key={index}>
          <DecimalField
            label={t('tariff.mix.percent')}
            path={`energy_mix.sources[${index}].percent`}
            value={each.percent}
            onChange={(percent) =>
              change({ sources: replaceAt(value.sources, index, { ...each, percent: percent ?? '0' }) })
            }
            suffix="%"
          />
          <Labelled label={t('tariff.mix.source')} path={`energy_mix.sources[${index}].source`}>
            {(aria) => (
              <Input
                {...aria}
                value={each.source}
                maxLength={512}
                onChange={({ target }) =>
                  change({ sources: replaceAt(value.sources, index, { ...each, source: target.value }) })
                }
              />
            )}
          </Labelled>
          <Button
            type="text"
            icon={<DeleteOutlined />}
            onClick={() => change({ sources: removeAt(value.sources, index) })}
            aria-label={t('tariff.mix.removeSource')}
          />
        </div>
      ))}
      <Button
        type="dashed"
        size="small"
        icon={<PlusOutlined />}
        onClick={() => change({ sources: [...value.sources, { source: '', percent: '100' }] })}
      >
        {t('tariff.mix.addSource')}
      </Button>
    </section>
  );
}

/** What a tariff says as a whole: bounds of a session's price, its own validity, what is told beside the prices. */
export function Whole({ value, onChange }: WholeProps) {
  const { t } = useTranslation();
  return (
    <>
      <Limits value={value} onChange={onChange} />
      <More summary={t('tariff.moreTerms')} isSet={hasMore(value)} testId="tariff-more">
        <div className="bc-terms-when">
          <InstantField
            label={t('tariff.ownFrom')}
            path="valid_from"
            value={value.valid_from}
            onChange={(given) => onChange({ ...value, valid_from: given })}
            testId="terms-from"
          />
          <InstantField
            label={t('tariff.ownUntil')}
            path="valid_until"
            value={value.valid_until}
            onChange={(given) => onChange({ ...value, valid_until: given })}
            testId="terms-until"
          />
          <ChoiceField
            label={t('tariff.rounding')}
            path="rounding"
            value={value.rounding}
            options={roundings.map((each) => ({ value: each, label: t(`tariff.roundings.${each}`) }))}
            onChange={(rounding) => onChange({ ...value, rounding: rounding ?? 'half_up' })}
            isNeeded
          />
          <Labelled label={t('tariff.url')} path="url">
            {(aria) => (
              <Input
                {...aria}
                value={value.url ?? ''}
                maxLength={255}
                placeholder="https://"
                onChange={({ target }) => onChange({ ...value, url: target.value === '' ? null : target.value })}
              />
            )}
          </Labelled>
        </div>
        <Texts value={value} onChange={onChange} />
        {value.energy_mix ? (
          <Mix value={value.energy_mix} onChange={(mix) => onChange({ ...value, energy_mix: mix })} />
        ) : (
          <Button
            type="dashed"
            size="small"
            icon={<PlusOutlined />}
            onClick={() => onChange({ ...value, energy_mix: newMix() })}
          >
            {t('tariff.mix.add')}
          </Button>
        )}
      </More>
    </>
  );
}
