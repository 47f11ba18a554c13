import { Empty, Loading, useFormat, useNow } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../parts/Failure';
import { Panel } from '../../parts/Panel';
import { useSessions } from '../../queries/sessions';
import { SessionMark, sessionDurationS } from '../sessions/useSessionColumns';

const SHOWN = 6;

/** The last few sessions of a station, or of all stations of a site. */
export function RecentSessions({ stationId, siteId }: { stationId?: string; siteId?: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { data, error, isPending } = useSessions(
    { ...(stationId && { station: stationId }), ...(siteId && { site: siteId }) },
    SHOWN,
  );
  return (
    <Panel
      title={t('station.recentSessions')}
      flush
      extra={
        stationId ? (
          <Link to="/stations/$stationId" params={{ stationId }} search={{ tab: 'sessions' }}>
            {t('station.allSessions')}
          </Link>
        ) : (
          <Link to="/sessions" search={siteId ? { site: siteId } : {}}>
            {t('station.allSessions')}
          </Link>
        )
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
                <th>{stationId ? t('session.evse') : t('session.station')}</th>
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
                  <td>
                    {stationId
                      ? session.evse_id
                      : `${session.station_name || session.station_id} · ${session.evse_id ?? ''}`}
                  </td>
                  <td>
                    <SessionMark session={session} />
                  </td>
                  <td className="bc-right">{format.energy(session.energy_wh)}</td>
                  <td className="bc-right">{format.clock(sessionDurationS(session, now))}</td>
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
