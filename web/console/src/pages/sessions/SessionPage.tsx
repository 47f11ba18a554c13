import type { Schemas } from '@busbar/client';
import { energyParts, Figure, Loading, percentParts, powerParts, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { MayLink } from '../../parts/MayLink';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useActorName } from '../../parts/useActorName';
import { useAsk } from '../../parts/useAsk';
import { usePermits } from '../../queries/me';
import { useCloseSession, useRecord, useSession, useStopSession } from '../../queries/sessions';
import './session.css';
import { SessionPrice } from './SessionPrice';
import { SessionTrail } from './SessionTrail';
import { SessionMark, sessionDurationS } from './useSessionColumns';

const SessionCurve = lazy(() => import('./SessionCurve'));
const SessionFrames = lazy(() => import('./SessionFrames'));

const route = getRouteApi('/shell/sessions/$sessionId');
type Session = Schemas['SessionDetail'];

function SessionActions({ session }: { session: Session }) {
  const { t } = useTranslation();
  const ask = useAsk();
  const permits = usePermits();
  const stop = useStopSession();
  const close = useCloseSession();
  if (!session.is_open || !permits('control')) return null;
  return (
    <>
      <Button
        onClick={() =>
          ask({
            title: t('session.closeAsk'),
            text: t('session.closeText'),
            yes: t('session.close'),
            deed: () => close.mutateAsync(session.session_id),
          })
        }
        data-testid="session-close"
      >
        {t('session.close')}
      </Button>
      <Button
        type="primary"
        danger
        loading={stop.isPending}
        disabled={session.state !== 'active'}
        data-testid="session-stop"
        onClick={() =>
          ask({
            title: t('session.stopAsk'),
            yes: t('session.stop'),
            deed: () => stop.mutateAsync(session.session_id),
            done: t('session.told.stopAsked'),
          })
        }
      >
        {t('session.stop')}
      </Button>
    </>
  );
}

function Figures({ session }: { session: Session }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <section className="bc-session-figures" aria-label={t('session.figures')}>
      <div data-testid="session-energy">
        <span>{t('session.energy')}</span>
        <Figure parts={energyParts(format.locale, session.energy_wh)} />
      </div>
      {session.is_open && (
        <div data-live="true" data-testid="session-power">
          <span>{t('session.power')}</span>
          <Figure parts={powerParts(format.locale, session.power_w)} />
        </div>
      )}
      <div data-testid="session-duration">
        <span>{t('session.duration')}</span>
        <Figure parts={{ value: format.clock(sessionDurationS(session, now)), unit: '' }} />
      </div>
      {session.cost !== null && (
        <div data-testid="session-cost">
          <span>{t('session.cost')}</span>
          <Figure parts={{ value: format.money(session.cost.gross, session.cost.currency), unit: '' }} />
        </div>
      )}
      {session.soc_permille !== null && (
        <div>
          <span>{t('session.soc')}</span>
          <Figure parts={percentParts(format.locale, session.soc_permille / 10)} />
        </div>
      )}
      {session.is_open && session.current_ma !== null && (
        <div>
          <span>{t('curve.current')}</span>
          <Figure parts={{ value: format.number(session.current_ma / 1_000, 1), unit: 'A' }} />
        </div>
      )}
      {session.is_open && session.voltage_mv !== null && (
        <div>
          <span>{t('curve.voltage')}</span>
          <Figure parts={{ value: format.number(session.voltage_mv / 1_000, 1), unit: 'V' }} />
        </div>
      )}
    </section>
  );
}

function MeterRecord({ session }: { session: Session }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: record } = useRecord(session.session_id, session.state === 'ended');
  if (!record) return null;
  return (
    <Panel title={t('record.title')} testId="meter-record">
      <Facts
        lines={[
          { label: t('record.energy'), value: `${format.number(record.energy_wh)} Wh` },
          record.exported_wh > 0 && { label: t('record.exported'), value: `${format.number(record.exported_wh)} Wh` },
          record.register_start_wh !== null && {
            label: t('record.start'),
            value: `${format.number(record.register_start_wh)} Wh`,
          },
          record.register_end_wh !== null && {
            label: t('record.end'),
            value: `${format.number(record.register_end_wh)} Wh`,
          },
          { label: t('record.samples'), value: format.number(record.sample_count) },
          record.flags.length > 0 && {
            label: t('record.flags'),
            value: record.flags.map((flag) => t(`record.flag.${flag}`)).join(', '),
          },
          { label: t('record.signedStart'), value: record.signed_start, code: true },
          { label: t('record.signedEnd'), value: record.signed_end, code: true },
        ]}
      />
    </Panel>
  );
}

function About({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const actorName = useActorName();
  const format = useFormat();
  const failed =
    session.fail_reason &&
    (i18n.exists(`session.fail.${session.fail_reason}`)
      ? t(`session.fail.${session.fail_reason}`)
      : session.fail_reason);
  return (
    <Panel title={t('session.about')}>
      <Facts
        lines={[
          {
            label: t('session.station'),
            value: (
              <Link to="/stations/$stationId" params={{ stationId: session.station_id }}>
                {session.station_name || session.station_id}
              </Link>
            ),
          },
          { label: t('session.evse'), value: session.evse_id },
          session.site_id !== null && {
            label: t('station.site'),
            value: (
              <Link to="/sites/$siteId" params={{ siteId: session.site_id }}>
                {session.site_name}
              </Link>
            ),
          },
          session.driver_id !== null && {
            label: t('driver.driver'),
            value: (
              <MayLink needs="manage_access" to="/drivers" search={{ edit: session.driver_id }}>
                {session.driver_name}
              </MayLink>
            ),
          },
          session.id_token !== null && {
            label: t('token.token'),
            code: true,
            value: (
              <Link to="/tokens" search={{ q: session.id_token }}>
                {session.id_token}
              </Link>
            ),
          },
          { label: t('session.transactionRef'), value: session.transaction_ref, code: true },
          { label: t('session.requestedBy'), value: session.requested_by && actorName(session.requested_by) },
          {
            label: t('session.started'),
            value: session.started_at && format.instant(session.started_at, 'dateTimeSeconds'),
          },
          { label: t('session.ended'), value: session.ended_at && format.instant(session.ended_at, 'dateTimeSeconds') },
          {
            label: t('session.stopReason'),
            value: session.stop_reason && <span data-testid="session-stop-reason">{session.stop_reason}</span>,
            code: true,
          },
          session.close_reason !== null && {
            label: t('session.closeReason'),
            value: t(`session.closed.${session.close_reason}`),
          },
          { label: t('session.failReason'), value: failed },
          session.is_offline && { label: t('session.offline'), value: t('session.offlineText') },
          session.is_late && { label: t('session.late'), value: t('session.lateText') },
        ]}
      />
    </Panel>
  );
}

/** One session: its curve, its steps, its meter record. */
export function SessionPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { sessionId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/sessions/$sessionId' });
  const { data: session, error } = useSession(sessionId);
  if (error && !session) return <Failure error={error} action={<Link to="/sessions">{t('session.toList')}</Link>} />;
  if (!session) return <Loading rows={10} />;
  return (
    <>
      <PageHead
        title={t('session.title', {
          at: format.instant(session.started_at ?? session.requested_at ?? session.created_at),
        })}
        mark={<SessionMark session={session} pill />}
        up={{ label: t('nav.sessions'), link: { to: '/sessions' } }}
        actions={<SessionActions session={session} />}
      >
        <span className="bc-code">{session.session_id}</span>
      </PageHead>
      <div className="bc-stack">
        <Figures session={session} />
        <div className="bc-columns">
          <div className="bc-stack">
            <Panel
              title={t('curve.title')}
              testId="session-curve"
              extra={
                <Segmented
                  size="small"
                  value={search.view ?? 'curve'}
                  options={(['curve', 'table'] as const).map((value) => ({ value, label: t(`curve.as.${value}`) }))}
                  onChange={(value) =>
                    void navigate({
                      search: ({ view: _, ...kept }) =>
                        value === 'table' ? { ...kept, view: 'table' as const } : kept,
                      replace: true,
                    })
                  }
                />
              }
            >
              <Suspense fallback={<Loading rows={8} />}>
                <SessionCurve session={session} isTable={search.view === 'table'} />
              </Suspense>
            </Panel>
            <SessionPrice session={session} />
          </div>
          <div className="bc-stack">
            <SessionTrail session={session} />
            <About session={session} />
            <MeterRecord session={session} />
          </div>
        </div>
        <Suspense fallback={<Loading rows={4} />}>
          <SessionFrames
            session={session}
            isAll={search.frames === 'all'}
            onAll={(isAll) =>
              void navigate({
                search: ({ frames: _, ...kept }) => (isAll ? { ...kept, frames: 'all' as const } : kept),
                replace: true,
              })
            }
          />
        </Suspense>
      </div>
    </>
  );
}
