import { Empty, Loading, StateMark, useFormat } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Panel } from '../../parts/Panel';
import { useSessions } from '../../queries/sessions';

const SHOWN = 6;

/** The last few sessions of a station. */
export function RecentSessions({ stationId }: { stationId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, isPending } = useSessions({ station: stationId }, SHOWN);
  return (
    <Panel
      title={t('station.recentSessions')}
      flush
      extra={
        <Link to="/stations/$stationId" params={{ stationId }} search={{ tab: 'sessions' }}>
          {t('station.allSessions')}
        </Link>
      }
    >
      {isPending && <Loading rows={3} />}
      {error && !data && <Failure error={error} />}
      {data?.items.length === 0 && <Empty title={t('session.none')} />}
      {data && data.items.length > 0 && (
        <div className="bc-scroll">
          <table className="bc-plain">
            <thead>
              <tr>
                <th>{t('session.started')}</th>
                <th>{t('session.evse')}</th>
                <th>{t('session.state')}</th>
                <th className="bc-right">{t('session.energy')}</th>
                <th className="bc-right">{t('session.duration')}</th>
                <th>{t('session.stopReason')}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((session) => (
                <tr key={session.session_id}>
                  <td>
                    <Link to="/sessions/$sessionId" params={{ sessionId: session.session_id }} className="bc-link">
                      {format.instant(session.started_at ?? session.requested_at, 'dayTime')}
                    </Link>
                  </td>
                  <td>{session.evse_id}</td>
                  <td>
                    <StateMark kind="session" state={session.state} />
                  </td>
                  <td className="bc-right">{format.energy(session.energy_wh)}</td>
                  <td className="bc-right">{format.clock(session.duration_s)}</td>
                  <td className="bc-soft">{session.stop_reason ?? session.fail_reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
