import type { Schemas } from '@busbar/client';
import { energyParts, Figure, powerParts, StateMark, toMillis, useFormat, useNow } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAsk } from '../../parts/useAsk';
import { usePermits } from '../../queries/me';
import { useStopSession } from '../../queries/sessions';
import { labelOf } from './labelOf';
import { StartDialog } from './StartDialog';

type Station = Schemas['Station'];
type Evse = Schemas['Evse'];

function Running({ evse, maxPowerW }: { evse: Evse; maxPowerW: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { session } = evse;
  if (!session) return null;
  const start = toMillis(session.started_at);
  const share = session.power_w === null || !maxPowerW ? 0 : Math.min(1, session.power_w / maxPowerW);
  return (
    <div className="bc-evse-live">
      <div className="bc-evse-power">
        <Figure parts={powerParts(format.locale, session.power_w)} />
        {maxPowerW > 0 && (
          <span className="bc-meter" title={t('evse.ofMax', { max: format.power(maxPowerW) })}>
            <i style={{ width: `${share * 100}%` }} />
          </span>
        )}
      </div>
      <dl className="bc-evse-figures">
        <div>
          <dt>{t('session.energy')}</dt>
          <dd>
            <Figure parts={energyParts(format.locale, session.energy_wh)} />
          </dd>
        </div>
        {session.soc_permille !== null && (
          <div>
            <dt>{t('session.soc')}</dt>
            <dd>{format.percent(session.soc_permille / 10)}</dd>
          </div>
        )}
        <div>
          <dt>{t('session.duration')}</dt>
          <dd>{start === null ? '' : format.clock((now - start) / 1_000)}</dd>
        </div>
      </dl>
    </div>
  );
}

/** One EVSE: its connectors, what flows, and what can be done about it. */
export function EvseCard({ station, evse }: { station: Station; evse: Evse }) {
  const { t } = useTranslation(['app', 'kit']);
  const format = useFormat();
  const permits = usePermits();
  const ask = useAsk();
  const [isStarting, setStarting] = useState(false);
  const stop = useStopSession();
  const { session } = evse;
  const maxPowerW = Math.max(0, ...evse.connectors.map(({ max_power_w: powerW }) => powerW ?? 0));
  const mayControl = permits('control');
  return (
    <section
      className="bc-evse"
      data-testid={`evse-${evse.evse_id}`}
      aria-label={t('evse.name', { evse: labelOf(evse) })}
    >
      <header>
        <h2>{t('evse.name', { evse: labelOf(evse) })}</h2>
        {maxPowerW > 0 && <span className="bc-soft">{format.power(maxPowerW)}</span>}
      </header>
      <ul className="bc-evse-connectors">
        {evse.connectors.map((connector) => (
          <li key={connector.connector_id}>
            <span
              data-testid={`connector-status-${evse.evse_id}-${connector.connector_id}`}
              data-state={connector.status}
            >
              <StateMark kind="connector" state={station.is_online ? connector.status : 'offline'} pill />
            </span>
            <span className="bc-soft">{t(`connectorKind.${connector.kind}`)}</span>
            {connector.status === 'faulted' && (connector.info || connector.error_code) && (
              <span className="bc-fault">{[connector.error_code, connector.info].filter(Boolean).join(' · ')}</span>
            )}
          </li>
        ))}
      </ul>
      <Running evse={evse} maxPowerW={maxPowerW} />
      <footer>
        {session && (
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId: session.session_id }}
            data-testid={`evse-session-${evse.evse_id}`}
          >
            <Button size="small">{t('evse.session')}</Button>
          </Link>
        )}
        {mayControl && session && (
          <Button
            size="small"
            danger
            loading={stop.isPending}
            data-testid={`evse-stop-${evse.evse_id}`}
            onClick={() =>
              ask({
                title: t('session.stopAsk'),
                text: t('session.stopText'),
                yes: t('session.stop'),
                deed: () => stop.mutateAsync(session.session_id),
                done: t('session.told.stopAsked'),
              })
            }
          >
            {t('session.stop')}
          </Button>
        )}
        {mayControl && !session && station.is_online && station.registration === 'accepted' && (
          <Button size="small" data-testid={`evse-start-${evse.evse_id}`} onClick={() => setStarting(true)}>
            {t('session.start')}
          </Button>
        )}
      </footer>
      <StartDialog
        stationId={station.station_id}
        evseId={evse.evse_id}
        isOpen={isStarting}
        onClose={() => setStarting(false)}
      />
    </section>
  );
}
