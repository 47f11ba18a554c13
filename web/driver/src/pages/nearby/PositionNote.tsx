import { useTranslation } from 'react-i18next';
import type { PositionState } from '../../app/position';
import { Icon } from '../../parts/Icon';

interface PositionNoteProps {
  state: PositionState;
  hasPosition: boolean;
  /** The driver chose to look beyond the neighbourhood. */
  isEverywhere: boolean;
  onAsk: () => void;
}

/** Around what the list is sorted, and how to have it sorted around oneself. */
export function PositionNote({ state, hasPosition, isEverywhere, onAsk }: PositionNoteProps) {
  const { t } = useTranslation();
  if (state === 'found' && hasPosition) return null;
  const told = isEverywhere && state === 'found' ? 'everywhere' : state;
  const canAsk = told === 'unasked' || told === 'failed' || told === 'everywhere';
  return (
    <div className="bd-position" data-testid="position-note" data-state={told}>
      <p>{t(`position.${told}`)}</p>
      {canAsk && (
        <button type="button" className="bd-link" data-testid="locate" onClick={onAsk}>
          <Icon name="locate" size={20} />
          {t('position.use')}
        </button>
      )}
    </div>
  );
}
