import { useFormat, useSessionState } from '@busbar/kit';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { connectorKinds, type NearbySearch, powerSteps, priceSteps, readPrice } from '../../app/search';
import { session } from '../../app/server';
import { ConnectorIcon } from '../../parts/ConnectorIcon';
import { roundEnergy } from '../../parts/rated';
import { Sheet } from '../../parts/Sheet';

/** The charge whose price stations are compared by. */
const EXAMPLE_WH = 30_000;

interface FilterSheetProps {
  isOpen: boolean;
  onClose: () => void;
  search: NearbySearch;
  /** That stations here are priced in; none where charging is free. */
  currency: string | undefined;
  onChange: (search: NearbySearch) => void;
}

type Wish = { [Name in keyof NearbySearch]?: NearbySearch[Name] | undefined };

interface SwitchProps {
  label: string;
  name: 'free' | 'mine' | 'open';
  testId: string;
  search: NearbySearch;
  choose: (wish: Wish) => void;
}

function Switch({ label, name, testId, search, choose }: SwitchProps) {
  return (
    <label className="bd-switch-row">
      <span>{label}</span>
      <input
        type="checkbox"
        className="bd-switch"
        checked={search[name] === true}
        data-testid={testId}
        onChange={({ target }) => choose({ [name]: target.checked || undefined })}
      />
    </label>
  );
}

/** What the same charge may cost at most: amounts of the currency that is used here. */
function PriceChoice({ currency, search, choose }: Pick<SwitchProps, 'search' | 'choose'> & { currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <fieldset className="bd-choices">
      <legend>{t('filter.price', { energy: roundEnergy(format, EXAMPLE_WH) })}</legend>
      {[undefined, ...priceSteps(currency)].map((most) => {
        const value = most === undefined ? undefined : `${currency}${most}`;
        return (
          <label key={most ?? 'any'} className="bd-choice">
            <input
              type="radio"
              name="price"
              checked={search.price === value}
              data-testid={`filter-price-${most ?? 'any'}`}
              onChange={() => choose({ price: value })}
            />
            {most ? t('filter.atMost', { price: format.money(most, currency) }) : t('filter.any')}
          </label>
        );
      })}
    </fieldset>
  );
}

/** Which stations are shown: by connector, power, price, and whether one is free and open now. */
export function FilterSheet({ isOpen, ...shown }: FilterSheetProps) {
  const { t } = useTranslation();
  return (
    <Sheet isOpen={isOpen} onClose={shown.onClose} title={t('filter.title')} testId="filter-sheet">
      <FilterFields {...shown} />
    </Sheet>
  );
}

/** What the sheet holds: made when it is opened, not with the page that it belongs to. */
function FilterFields({ onClose, search, currency, onChange }: Omit<FilterSheetProps, 'isOpen'>) {
  const { t } = useTranslation();
  const isSignedIn = useSessionState(session).credentials !== null;
  const { kind, power, view, q } = search;
  const used = readPrice(search.price)?.currency ?? currency;
  const choose = (wish: Wish) =>
    onChange(Object.fromEntries(Object.entries({ ...search, ...wish }).filter(([, value]) => value !== undefined)));
  const common = { search, choose };
  return (
    <>
      <fieldset className="bd-choices">
        <legend>{t('filter.kind')}</legend>
        {[undefined, ...connectorKinds].map((known) => (
          <label key={known ?? 'any'} className="bd-choice">
            <input
              type="radio"
              name="kind"
              checked={kind === known}
              data-testid={`filter-kind-${known ?? 'any'}`}
              onChange={() => choose({ kind: known })}
            />
            {known && <ConnectorIcon kind={known} size={26} />}
            {known ? t(`connector.${known}`) : t('filter.any')}
          </label>
        ))}
      </fieldset>
      <fieldset className="bd-choices">
        <legend>{t('filter.power')}</legend>
        {[undefined, ...powerSteps].map((step) => (
          <label key={step ?? 'any'} className="bd-choice">
            <input
              type="radio"
              name="power"
              checked={power === step}
              data-testid={`filter-power-${step ?? 'any'}`}
              onChange={() => choose({ power: step })}
            />
            {step ? t('filter.atLeast', { power: `${step / 1_000}\u202fkW` }) : t('filter.any')}
          </label>
        ))}
      </fieldset>
      {used && <PriceChoice currency={used} {...common} />}
      <Switch label={t('filter.free')} name="free" testId="filter-free" {...common} />
      <Switch label={t('filter.openNow')} name="open" testId="filter-open-now" {...common} />
      {isSignedIn && <Switch label={t('filter.favourites')} name="mine" testId="filter-favourites" {...common} />}
      <div className="bd-sheet-actions">
        <Button
          size="large"
          fill="none"
          data-testid="filter-reset"
          onClick={() => onChange({ ...(view && { view }), ...(q && { q }) })}
        >
          {t('filter.clear')}
        </Button>
        <Button size="large" color="primary" data-testid="filter-done" onClick={onClose}>
          {t('filter.show')}
        </Button>
      </div>
    </>
  );
}
