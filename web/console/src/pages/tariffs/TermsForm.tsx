import { ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { Labelled, PartProblem } from './Fields';
import { type FieldProblems, ProblemContext } from './fieldProblems';
import { PeriodTables } from './PeriodTables';
import { PriceRow } from './PriceRow';
import {
  COMPONENTS_MAX,
  type Component,
  ELEMENTS_MAX,
  type Element,
  moveUp,
  newComponent,
  newElement,
  removeAt,
  replaceAt,
  type Terms,
} from './terms';
import { When } from './When';
import { Whole } from './Whole';

interface EditorProps<Value> {
  value: Value;
  onChange: (value: Value) => void;
}

interface ElementCardProps extends EditorProps<Element> {
  place: number;
  currency: string;
  onRemove: (() => void) | undefined;
  onUp: () => void;
}

function ElementCard({ value, onChange, place, currency, onRemove, onUp }: ElementCardProps) {
  const { t } = useTranslation();
  const path = `elements[${place}]`;
  const put = (components: Component[]) => onChange({ ...value, components });
  return (
    <section
      className="bc-terms-element"
      aria-label={t('tariff.element', { place: place + 1 })}
      data-testid="tariff-element"
    >
      <header>
        <b>{place + 1}</b>
        <Input
          variant="borderless"
          value={value.name}
          placeholder={t('tariff.elementName')}
          aria-label={t('tariff.elementName')}
          maxLength={512}
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
      <When
        value={value.restrictions}
        path={`${path}.restrictions`}
        onChange={(restrictions) => onChange({ ...value, restrictions })}
      />
      {value.components.map((component, index) => (
        <PriceRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a price has no name of its own
          key={index}
          value={component}
          path={`${path}.components[${index}]`}
          currency={currency}
          onChange={(changed) => put(replaceAt(value.components, index, changed))}
          onRemove={value.components.length > 1 ? () => put(removeAt(value.components, index)) : undefined}
        />
      ))}
      {value.components.length < COMPONENTS_MAX && (
        <Button
          type="dashed"
          size="small"
          icon={<PlusOutlined />}
          onClick={() => put([...value.components, newComponent({ dimension: 'idle', per: 'minute', price: '0.10' })])}
          data-testid="tariff-price-add"
        >
          {t('tariff.addPrice')}
        </Button>
      )}
    </section>
  );
}

/** What a tariff says, for changing: elements in order, the first that matches holds. */
export function TermsForm({ value, onChange, problems }: EditorProps<Terms> & { problems: FieldProblems }) {
  const { t } = useTranslation();
  const change = (changed: Partial<Terms>) => onChange({ ...value, ...changed });
  return (
    <ProblemContext value={problems}>
      <div className="bc-terms" data-testid="tariff-terms">
        <div className="bc-terms-head">
          <Labelled label={t('tariff.currency')} path="currency">
            {(aria) => (
              <Input
                {...aria}
                value={value.currency}
                maxLength={3}
                onChange={({ target }) => change({ currency: target.value.toUpperCase() })}
                style={{ width: 90 }}
                data-testid="tariff-currency"
              />
            )}
          </Labelled>
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
            currency={value.currency}
            onChange={(changed) => change({ elements: replaceAt(value.elements, index, changed) })}
            onUp={() => change({ elements: moveUp(value.elements, index) })}
            onRemove={
              value.elements.length > 1 ? () => change({ elements: removeAt(value.elements, index) }) : undefined
            }
          />
        ))}
        <PartProblem path="elements" />
        {value.elements.length < ELEMENTS_MAX && (
          <div className="bc-terms-add">
            <Button
              icon={<PlusOutlined />}
              data-testid="tariff-element-add"
              onClick={() => change({ elements: [...value.elements, newElement()] })}
            >
              {t('tariff.addElement')}
            </Button>
          </div>
        )}
        <PeriodTables value={value.tables} onChange={(tables) => change({ tables })} />
        <Whole value={value} onChange={onChange} />
      </div>
    </ProblemContext>
  );
}
