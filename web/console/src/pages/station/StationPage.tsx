import type { Schemas } from '@busbar/client';
import { Loading, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Alert } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { stationTabs } from '../../app/search';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { PageHead } from '../../parts/PageHead';
import { useReadAnew } from '../../parts/useUnopened';
import { anew } from '../../queries/back';
import { usePermits } from '../../queries/me';
import { useStation } from '../../queries/stations';
import { NowTab } from './NowTab';
import { RegistrationButtons } from './RegistrationButtons';
import './station.css';
import { StationActions } from './StationActions';
import { StationEdit } from './StationEdit';
import { StationStatus } from './StationStatus';
import { TabLinks } from './TabLinks';

const CommandsTab = lazy(() => import('./CommandsTab'));
const WireTab = lazy(() => import('./WireTab'));
const SessionsTab = lazy(() => import('./SessionsTab'));
const SettingsTab = lazy(() => import('./SettingsTab'));
const HistoryTab = lazy(() => import('./HistoryTab'));

const route = getRouteApi('/shell/stations/$stationId');

type Station = Schemas['Station'];
type Tab = (typeof stationTabs)[number];

function StationLine({ station }: { station: Station }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <>
      {station.name && <span className="bc-code">{station.station_id}</span>}
      {station.site_id && (
        <Link to="/sites/$siteId" params={{ siteId: station.site_id }}>
          {station.site_name}
        </Link>
      )}
      <span>{[station.vendor, station.model].filter(Boolean).join(' ')}</span>
      {station.protocol && <span>{t(`protocol.${station.protocol.replaceAll('.', '_')}`)}</span>}
      <span className="bc-soft">
        {station.is_online
          ? t('station.onlineSince', { age: format.age(station.connected_at, now) })
          : station.last_seen_at
            ? t('station.seen', { age: format.age(station.last_seen_at, now) })
            : t('station.neverSeen')}
      </span>
    </>
  );
}

function TabBody({ tab, station }: { tab: Tab; station: Station }) {
  switch (tab) {
    case 'now':
      return <NowTab station={station} />;
    case 'commands':
      return <CommandsTab station={station} />;
    case 'wire':
      return <WireTab station={station} />;
    case 'sessions':
      return <SessionsTab stationId={station.station_id} />;
    case 'settings':
      return <SettingsTab station={station} />;
    case 'history':
      return <HistoryTab station={station} />;
  }
}

/** Is it well, what is it doing, what has happened. */
export function StationPage() {
  const { t } = useTranslation();
  const { stationId } = route.useParams();
  const search = route.useSearch();
  const { tab = 'now', edit } = search;
  const navigate = useNavigate({ from: '/stations/$stationId' });
  const permits = usePermits();
  const reading = useStation(stationId, anew);
  const { data: station, error } = reading;
  const entered = useReadAnew(stationId, reading);
  if (error && !station) return <Failure error={error} action={<Link to="/stations">{t('station.toList')}</Link>} />;
  if (!station) return <Loading rows={10} />;
  return (
    <>
      <PageHead
        title={station.name || station.station_id}
        mark={<StationStatus station={station} pill />}
        up={{ label: t('nav.stations'), link: { to: '/stations' } }}
        actions={<StationActions key={stationId} station={station} />}
      >
        <StationLine station={station} />
      </PageHead>
      {station.registration !== 'accepted' && (
        <Alert
          type={station.registration === 'pending' ? 'warning' : 'error'}
          showIcon
          style={{ marginBottom: 16 }}
          title={t(`station.standing.${station.registration}`)}
          action={
            permits('manage_network') && (
              <span className="bc-head-actions">
                <RegistrationButtons station={station} />
              </span>
            )
          }
        />
      )}
      <TabLinks stationId={stationId} chosen={tab} />
      <Suspense fallback={<Loading rows={8} />}>
        {/* What was asked of one station, and its answer, are not another's. */}
        <TabBody key={stationId} tab={tab} station={station} />
      </Suspense>
      <StationEdit
        station={station}
        isOpen={edit === 'station' && entered !== undefined}
        onClose={() => void navigate({ search: keepGiven({ ...search, edit: undefined }), resetScroll: false })}
      />
    </>
  );
}
