import type { Schemas } from '@busbar/client';
import { useTranslation } from 'react-i18next';

interface ProviderChoiceProps {
  options: Schemas['PayOption'][];
  chosen: number;
  /** It can no longer be chosen: what was chosen is on its way. */
  isFixed?: boolean;
  onChoose: (place: number) => void;
}

/** By whom one pays; nothing to choose where there is one way only. */
export function ProviderChoice({ options, chosen, isFixed, onChoose }: ProviderChoiceProps) {
  const { t } = useTranslation();
  if (options.length < 2) return null;
  return (
    <fieldset disabled={isFixed} className="bd-amounts bd-providers">
      <legend>{t('wallet.by')}</legend>
      {options.map(({ provider }, place) => (
        <label key={provider}>
          <input
            type="radio"
            name="provider"
            checked={place === chosen}
            data-testid={`provider-${provider}`}
            onChange={() => onChoose(place)}
          />
          <span>{t(`wallet.provider.${provider}`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
