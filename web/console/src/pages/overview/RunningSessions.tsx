import { Empty, Loading, StateMark, toMillis, useFormat, useNow } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Panel } from '../../parts/Panel';
import { useSessions } from '../../queries/sessions';

const SHOWN = 12;

/** The sessions that run now, with their figures. */
export function RunningSessions() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { data, error, isPending } = useSessions({ state: 'open' }, SHOWN);
  return (
    <Panel
      title={t('overview.running')}
      flush
      testId="running"
      extra={
        <Link to="/sessions" search={{ state: 'open' }}>
          {t('overview.allRunning')}
        </Link>
      }
    >
      {isPending && <Loading rows={4} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && <Empty title={t('overview.noneRunning')}>{t('overview.noneRunningText')}</Empty>}
      {data && data.items.length > 0 && (
        <div className="bc-scroll">
          <table className="bc-plain">
            <thead>
              <tr>
                <th>{t('session.station')}</th>
                <th>{t('session.state')}</th>
                <th className="bc-right">{t('session.power')}</th>
                <th className="bc-right">{t('session.energy')}</th>
                <th className="bc-right">{t('session.soc')}</th>
                <th className="bc-right">{t('session.duration')}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((session) => {
                const start = toMillis(session.started_at);
                return (
                  <tr key={session.session_id}>
                    <td>
                      <span className="bc-two-lines">
                        <Link to="/sessions/$sessionId" params={{ sessionId: session.session_id }} className="bc-link">
                          {session.station_name || session.station_id}
                          {session.evse_id !== null && ` · ${session.evse_id}`}
                        </Link>
                        <span>{session.driver_name ?? session.id_token}</span>
                      </span>
                    </td>
                    <td>
                      {session.state === 'active' && session.charging_state ? (
                        <StateMark kind="charging" state={session.charging_state} />
                      ) : (
                        <StateMark kind="session" state={session.state} />
                      )}
                    </td>
                    <td className="bc-right">{format.power(session.power_w)}</td>
                    <td className="bc-right">{format.energy(session.energy_wh)}</td>
                    <td className="bc-right">
                      {session.soc_permille === null ? '' : format.percent(session.soc_permille / 10)}
                    </td>
                    <td className="bc-right">{start === null ? '' : format.clock((now - start) / 1_000)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
