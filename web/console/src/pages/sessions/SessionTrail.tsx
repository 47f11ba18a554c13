import type { Schemas } from '@busbar/client';
import { Glyph, type Shape, type Tone, useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../parts/Panel';
import { useActorName } from '../../parts/useActorName';

type Step = Schemas['SessionStep'];

const looks: Record<string, { tone: Tone; shape: Shape }> = {
  requested: { tone: 'info', shape: 'dots' },
  start_accepted: { tone: 'info', shape: 'check' },
  start_failed: { tone: 'bad', shape: 'cross' },
  started: { tone: 'flow', shape: 'bolt' },
  authorized: { tone: 'good', shape: 'check' },
  refused: { tone: 'bad', shape: 'cross' },
  stop_requested: { tone: 'info', shape: 'dots' },
  stop_accepted: { tone: 'info', shape: 'check' },
  stop_refused: { tone: 'bad', shape: 'cross' },
  station_offline: { tone: 'warn', shape: 'broken' },
  station_restarted: { tone: 'warn', shape: 'clock' },
  ended: { tone: 'idle', shape: 'check' },
  closed: { tone: 'warn', shape: 'slash' },
};

function StepRow({ step }: { step: Step }) {
  const actorName = useActorName();
  const { t, i18n } = useTranslation(['app', 'kit']);
  const format = useFormat();
  const look = looks[step.step] ?? { tone: 'idle', shape: 'dot' };
  const isState =
    step.step === 'charging_state' &&
    step.detail !== null &&
    i18n.exists(`mark.charging.${step.detail}`, { ns: 'kit' });
  const words = isState
    ? t(`kit:mark.charging.${step.detail}`)
    : i18n.exists(`step.${step.step}`)
      ? t(`step.${step.step}`)
      : step.step;
  // That an authorization was accepted is what its step says already.
  const said = isState || step.detail === 'accepted' ? null : step.detail;
  const detail = said && i18n.exists(`because.${said}`) ? t(`because.${said}`) : said;
  return (
    <li>
      <span className="bb-mark" data-tone={look.tone}>
        <Glyph shape={look.shape} />
      </span>
      <div>
        <div className="bc-trail-words">
          <span>{words}</span>
          <time dateTime={step.at} className="bc-number bc-soft">
            {format.instant(step.at, 'timeSeconds')}
          </time>
        </div>
        {(detail || step.actor || step.is_offline) && (
          <div className="bc-soft bc-trail-more">
            {[detail, step.actor && actorName(step.actor), step.is_offline ? t('step.keptOffline') : null]
              .filter(Boolean)
              .join(' · ')}
          </div>
        )}
      </div>
    </li>
  );
}

/** The steps of a session, from the wish to the end. */
export function SessionTrail({ session }: { session: Schemas['SessionDetail'] }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('step.title')} testId="session-steps">
      <ol className="bc-trail-list">
        {session.steps.map((step, order) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end, and have no id of their own
          <StepRow key={order} step={step} />
        ))}
      </ol>
    </Panel>
  );
}
