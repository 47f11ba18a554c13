import type { Schemas } from '@busbar/client';
import { StateMark, toMillis, useFormat, useNow } from '@busbar/kit';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Columns, type Place, sortable } from '../../parts/ListTable';

type Session = Schemas['Session'];

/** A session as one state: what the vehicle and the EVSE do while it runs, else where it stands. */
export function SessionMark({ session, pill = false }: { session: Session; pill?: boolean }) {
  const isFlowing = session.state === 'active' && session.charging_state;
  return (
    <span data-testid={`session-state-${session.session_id}`} data-state={session.state}>
      {isFlowing ? (
        <StateMark kind="charging" state={session.charging_state ?? ''} pill={pill} />
      ) : (
        <StateMark kind="session" state={session.state} pill={pill} />
      )}
    </span>
  );
}

/** Seconds that a session lasts or lasted; of an open one they go on by the reader's clock. */
export function sessionDurationS(session: Session, nowMillis: number): number | null {
  const start = toMillis(session.started_at);
  if (!session.is_open || start === null) return session.duration_s;
  return Math.max(0, (nowMillis - start) / 1_000);
}

export function useSessionColumns(place: Place, { withStation }: { withStation: boolean }): Columns<Session> {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const why = ({ stop_reason: stop, fail_reason: fail }: Session) => {
    if (fail) return i18n.exists(`session.fail.${fail}`) ? t(`session.fail.${fail}`) : fail;
    return stop;
  };
  return [
    {
      title: t('session.started'),
      ...sortable('created_at', place),
      render: (_, session) => (
        <Link to="/sessions/$sessionId" params={{ sessionId: session.session_id }} className="bc-link bc-number">
          {format.instant(session.started_at ?? session.requested_at ?? session.created_at, 'dayTime')}
        </Link>
      ),
    },
    ...(withStation
      ? [
          {
            title: t('session.station'),
            key: 'station',
            render: (_: unknown, session: Session) => (
              <span className="bc-two-lines">
                <Link to="/stations/$stationId" params={{ stationId: session.station_id }} className="bc-link">
                  {session.station_name || session.station_id}
                  {session.evse_id !== null && ` · ${session.evse_id}`}
                </Link>
                <span>{session.site_name}</span>
              </span>
            ),
          },
        ]
      : [{ title: t('session.evse'), key: 'evse', render: (_: unknown, session: Session) => session.evse_id }]),
    { title: t('session.state'), key: 'state', render: (_, session) => <SessionMark session={session} /> },
    {
      title: t('session.who'),
      key: 'who',
      render: (_, session) => (
        <span className="bc-two-lines">
          <span>{session.driver_name ?? <span className="bc-code">{session.id_token}</span>}</span>
          {session.driver_name && <span className="bc-code">{session.id_token}</span>}
        </span>
      ),
    },
    {
      title: t('session.energy'),
      ...sortable('energy_wh', place),
      align: 'right',
      render: (_, session) => <span className="bc-number">{format.energy(session.energy_wh)}</span>,
    },
    {
      title: t('session.cost'),
      key: 'cost',
      align: 'right',
      render: (_, { cost }) =>
        cost && (
          <span className={cost.is_final ? 'bc-number' : 'bc-number bc-soft'}>
            {format.money(cost.gross, cost.currency)}
          </span>
        ),
    },
    {
      title: t('session.power'),
      key: 'power',
      align: 'right',
      render: (_, session) => session.is_open && <span className="bc-number">{format.power(session.power_w)}</span>,
    },
    {
      title: t('session.duration'),
      key: 'duration',
      align: 'right',
      render: (_, session) => <span className="bc-number">{format.clock(sessionDurationS(session, now))}</span>,
    },
    {
      title: t('session.stopReason'),
      key: 'stop',
      responsive: ['lg'],
      render: (_, session) => <span className="bc-soft">{why(session)}</span>,
    },
  ];
}
