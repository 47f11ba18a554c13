import { useSessionState } from '@busbar/kit';
import Button from 'antd-mobile/es/components/button';
import { useTranslation } from 'react-i18next';
import { connectorKinds, type NearbySearch, powerSteps } from '../../app/search';
import { session } from '../../app/server';
import { ConnectorIcon } from '../../parts/ConnectorIcon';
import { Sheet } from '../../parts/Sheet';

interface FilterSheetProps {
  isOpen: boolean;
  onClose: () => void;
  search: NearbySearch;
  onChange: (search: NearbySearch) => void;
}

/** Which stations are shown: by connector, power, and whether one is free now. */
export function FilterSheet({ isOpen, onClose, search, onChange }: FilterSheetProps) {
  const { t } = useTranslation();
  const isSignedIn = useSessionState(session).credentials !== null;
  const { kind, power, free, mine, ...rest } = search;
  const choose = (next: Pick<NearbySearch, 'kind' | 'power' | 'free' | 'mine'>) => onChange({ ...rest, ...next });
  const withKind = kind && { kind };
  const withPower = power && { power };
  const withFree = { ...(free && { free }), ...(mine && { mine }) };
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={t('filter.title')} testId="filter-sheet">
      <fieldset className="bd-choices">
        <legend>{t('filter.kind')}</legend>
        {[undefined, ...connectorKinds].map((known) => (
          <label key={known ?? 'any'} className="bd-choice">
            <input
              type="radio"
              name="kind"
              checked={kind === known}
              data-testid={`filter-kind-${known ?? 'any'}`}
              onChange={() => choose({ ...(known && { kind: known }), ...withPower, ...withFree })}
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
              onChange={() => choose({ ...withKind, ...(step && { power: step }), ...withFree })}
            />
            {step ? t('filter.atLeast', { power: `${step / 1_000}\u202fkW` }) : t('filter.any')}
          </label>
        ))}
      </fieldset>
      <label className="bd-switch-row">
        <span>{t('filter.free')}</span>
        <input
          type="checkbox"
          className="bd-switch"
          checked={free === true}
          data-testid="filter-free"
          onChange={({ target }) =>
            choose({
              ...withKind,
              ...withPower,
              ...(mine && { mine }),
              ...(target.checked && { free: true as const }),
            })
          }
        />
      </label>
      {isSignedIn && (
        <label className="bd-switch-row">
          <span>{t('filter.favourites')}</span>
          <input
            type="checkbox"
            className="bd-switch"
            checked={mine === true}
            data-testid="filter-favourites"
            onChange={({ target }) =>
              choose({
                ...withKind,
                ...withPower,
                ...(free && { free }),
                ...(target.checked && { mine: true as const }),
              })
            }
          />
        </label>
      )}
      <div className="bd-sheet-actions">
        <Button size="large" fill="none" data-testid="filter-reset" onClick={() => onChange(rest)}>
          {t('filter.clear')}
        </Button>
        <Button size="large" color="primary" data-testid="filter-done" onClick={onClose}>
          {t('filter.show')}
        </Button>
      </div>
    </Sheet>
  );
}
