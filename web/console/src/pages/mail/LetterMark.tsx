import type { Schemas } from '@busbar/client';
import { Mark } from '@busbar/kit';
import { useTranslation } from 'react-i18next';

const marks = {
  waiting: { tone: 'warn', shape: 'clock' },
  sent: { tone: 'good', shape: 'check' },
  refused: { tone: 'bad', shape: 'cross' },
  given_up: { tone: 'bad', shape: 'cross' },
} as const;

/** How a letter stands: told by shape and word. */
export function LetterMark({ state }: { state: Schemas['LetterState'] }) {
  const { t } = useTranslation();
  return <Mark {...marks[state]}>{t(`mail.states.${state}`)}</Mark>;
}
