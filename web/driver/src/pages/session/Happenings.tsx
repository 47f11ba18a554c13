import type { Schemas } from '@busbar/client';
import { useFormat } from '@busbar/kit';
import { useTranslation } from 'react-i18next';

/** Steps that tell a driver something; the others are the operator's matter. */
const told = new Set<Schemas['Step']>([
  'requested',
  'start_accepted',
  'started',
  'charging_state',
  'stop_requested',
  'stop_accepted',
  'stop_refused',
  'target_set',
  'target_reached',
  'station_offline',
  'station_restarted',
  'ended',
  'closed',
  'reopened',
]);

const chargingStates = new Set(['idle', 'ev_connected', 'charging', 'suspended_ev', 'suspended_evse']);

/** What has happened so far, in plain words, the newest last. */
export function Happenings({ steps }: { steps: Schemas['SessionStep'][] }) {
  const { t } = useTranslation(['app', 'kit']);
  const format = useFormat();
  const shown = steps.filter(({ step }) => told.has(step));
  if (shown.length === 0) return null;
  return (
    <details className="bd-happenings" data-testid="happenings">
      <summary>{t('happened.title', { count: shown.length })}</summary>
      <ol>
        {shown.map(({ step, at, heard_at: heardAt, detail }) => (
          <li key={`${step}-${heardAt}-${detail ?? ''}`}>
            <time dateTime={at}>{format.instant(at, 'timeSeconds')}</time>
            {step === 'charging_state' && detail && chargingStates.has(detail)
              ? t(`kit:mark.charging.${detail}`)
              : t(`happened.${step}`)}
          </li>
        ))}
      </ol>
    </details>
  );
}
