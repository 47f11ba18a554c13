import { Mark, useFormat, useNow } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { sayChange } from './hours';

interface OpenStateProps {
  place: { is_open: boolean; changes_at: string | null; time_zone: string };
  /** Say so too where one may always come. */
  isAlwaysSaid?: boolean;
}

/** Whether one may come now, and until when: in words and by a shape. Nothing where that never changes. */
export function OpenState({ place, isAlwaysSaid = false }: OpenStateProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { is_open: isOpen, changes_at: changesAt, time_zone: zone } = place;
  if (isOpen && changesAt === null && !isAlwaysSaid) return null;
  const at = changesAt && sayChange(format, changesAt, zone, now);
  const state = isOpen ? 'open' : 'closed';
  const look = isOpen ? ({ tone: 'good', shape: 'check' } as const) : ({ tone: 'warn', shape: 'cross' } as const);
  return (
    <Mark {...look}>
      <span data-testid="open-state" data-open={isOpen}>
        {at ? t(`hours.${state}Until`, { at }) : t(isOpen ? 'hours.always' : 'hours.closed')}
      </span>
    </Mark>
  );
}
