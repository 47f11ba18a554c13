import { Glyph, useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import type { Stage } from './course';

const shapes = { done: 'check', now: 'clock', next: 'ring', failed: 'cross' } as const;

/** The stages of a start, hanging from the copper bar that has reached as far as the station told. */
export function Stages({ stages }: { stages: Stage[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ol className="bd-stages" data-testid="stages">
      {stages.map(({ stage, state, at }) => (
        <li
          key={stage}
          data-state={state}
          data-testid={`stage-${stage}`}
          aria-current={state === 'now' ? 'step' : undefined}
        >
          <Glyph shape={shapes[state]} />
          <span>
            {t(`stage.${stage}.${state}`)}
            {state === 'now' && <small>{t(`stage.${stage}.help`)}</small>}
          </span>
          {at && <time dateTime={at}>{format.instant(at, 'timeSeconds')}</time>}
        </li>
      ))}
    </ol>
  );
}
