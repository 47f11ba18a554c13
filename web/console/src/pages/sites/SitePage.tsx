import type { Schemas } from '@busbar/client';
import { Loading, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { AuditTrail } from '../../parts/AuditTrail';
import { Facts } from '../../parts/Facts';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { LazyMap } from '../../parts/LazyMap';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { useTell } from '../../parts/useTell';
import { useReadAnew } from '../../parts/useUnopened';
import { usePermits } from '../../queries/me';
import { useDeleteSite, useSite } from '../../queries/sites';
import { ConnectorBar } from '../overview/ConnectorBar';
import '../overview/overview.css';
import { RecentSessions } from '../station/RecentSessions';
import { useDays } from './HoursFields';
import { toForm } from './hours';
import { SiteBusbar } from './SiteBusbar';
import './sites.css';
import { SiteEdit } from './SiteEdit';
import { SiteLayoutPanel } from './SiteLayoutPanel';
import { SitePower } from './SitePower';
import { usePlaces } from './usePlaces';

const route = getRouteApi('/shell/sites/$siteId');
type Site = Schemas['Site'];
const MAP_PX = 260;

/** The week of a site in short, and how much is different. */
function SiteHours({ site }: { site: Site }) {
  const { t } = useTranslation();
  const days = useDays();
  const { is_always: isAlways, week, exceptions } = toForm(site.hours, site.time_zone);
  const nameOf = (day: number) => days[day - 1]?.label;
  const lines = isAlways
    ? [t('hours.always')]
    : week.map(({ days: held, begins, ends }) => `${held.map(nameOf).join(', ')} ${begins}–${ends}`);
  return (
    <span data-testid="site-hours">
      {lines.join(' · ')}
      {exceptions.length > 0 && ` · ${t('hours.exceptions', { count: exceptions.length })}`}
    </span>
  );
}

function Where({ site }: { site: Site }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const toPlaces = usePlaces();
  const places = useMemo(() => toPlaces([site]), [toPlaces, site]);
  return (
    <Panel title={t('site.where')} flush>
      <LazyMap places={places} heightPx={MAP_PX} label={t('overview.mapLabel')} />
      <div className="bc-under-map">
        <Facts
          lines={[
            { label: t('site.address'), value: [site.address, site.city, site.country].filter(Boolean).join(', ') },
            {
              label: t('site.position'),
              value: `${site.latitude.toFixed(5)}, ${site.longitude.toFixed(5)}`,
              code: true,
            },
            { label: t('site.zone'), value: `${site.time_zone} · ${format.instant(now, 'time', site.time_zone)}` },
            {
              label: t('site.gridLimit'),
              value: site.grid_limit_w === null ? t('site.gridUnknown') : format.power(site.grid_limit_w),
            },
            { label: t('hours.title'), value: <SiteHours site={site} /> },
            { label: t('site.public'), value: site.is_public ? t('site.isPublic') : t('site.isPrivate') },
          ]}
        />
      </div>
    </Panel>
  );
}

/** A site: its stations hanging from their bar, where it is, what it does. */
export function SitePage() {
  const { t } = useTranslation();
  const { siteId } = route.useParams();
  const search = route.useSearch();
  const { edit } = search;
  const navigate = useNavigate({ from: '/sites/$siteId' });
  const change = (next?: string) => void navigate({ search: keepGiven({ ...search, edit: next }), resetScroll: false });
  const { modal } = App.useApp();
  const tell = useTell();
  const permits = usePermits();
  const reading = useSite(siteId);
  const { data: site, error } = reading;
  const entered = useReadAnew(siteId, reading);
  const remove = useDeleteSite(siteId);
  if (error && !site) return <Failure error={error} action={<Link to="/sites">{t('site.toList')}</Link>} />;
  if (!site) return <Loading rows={10} />;
  const askDelete = () =>
    void modal.confirm({
      title: t('site.deleteAsk', { site: site.name }),
      content: t('site.deleteText'),
      okText: t('site.delete'),
      okButtonProps: { danger: true },
      onOk: () =>
        remove
          .mutateAsync()
          .then(() => navigate({ to: '/sites' }))
          .catch(tell.problem),
    });
  return (
    <>
      <PageHead
        title={site.name}
        up={{ label: t('nav.sites'), link: { to: '/sites' } }}
        actions={
          permits('manage_network') && (
            <>
              {site.counts.stations === 0 && (
                <Button danger onClick={askDelete}>
                  {t('site.delete')}
                </Button>
              )}
              <Link to="/stations" search={{ site: siteId, edit: 'new' }}>
                <Button>{t('station.create')}</Button>
              </Link>
              <Button data-testid="site-edit" onClick={() => change('site')}>
                {t('action.edit')}
              </Button>
            </>
          )
        }
      >
        <span>{[site.address, site.city].filter(Boolean).join(', ')}</span>
      </PageHead>
      <div className="bc-stack">
        <Panel title={t('busbar.title')} testId="busbar-view">
          <SiteBusbar siteId={siteId} name={site.name} />
        </Panel>
        <SitePower site={site} />
        <SiteLayoutPanel
          siteId={siteId}
          name={site.name}
          isEditing={edit === 'layout'}
          onEdit={(isEditing) => change(isEditing ? 'layout' : undefined)}
        />
        <div className="bc-columns">
          <div className="bc-stack">
            <ConnectorBar counts={site.counts} />
            <RecentSessions siteId={siteId} />
          </div>
          <Where site={site} />
        </div>
        <AuditTrail subject={`site:${siteId}`} />
      </div>
      <SiteEdit site={entered ?? site} isOpen={edit === 'site' && entered !== undefined} onClose={() => change()} />
    </>
  );
}
