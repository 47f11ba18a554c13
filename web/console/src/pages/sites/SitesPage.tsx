import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Mark, useFormat } from '@busbar/kit';
import { type BusbarFeeder, BusbarStrip, sumUp } from '@busbar/kit/busbar';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { BulkBar, type Named } from '../../parts/BulkBar';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useSelection } from '../../parts/useSelection';
import { useBusbars } from '../../queries/busbars';
import { usePermits } from '../../queries/me';
import { readWhole } from '../../queries/parts';
import { useSites } from '../../queries/sites';
import { readStations } from '../../queries/stations';
import { OverviewMap } from '../overview/OverviewMap';
import { toFeeders } from './feeders';
import { SiteEdit } from './SiteEdit';
import { siteDeeds } from './siteDeeds';
import { lookOfSite } from './usePlaces';
import { useSiteFile } from './useSiteFile';

const route = getRouteApi('/shell/sites');
type Site = Schemas['Site'];
type Search = ReturnType<typeof route.useSearch>;

function SiteState({ site }: { site: Site }) {
  const { t } = useTranslation();
  const { tone, shape, word } = lookOfSite(site);
  return (
    <Mark tone={tone} shape={shape} pill>
      {t(`site.state.${word}`)}
    </Mark>
  );
}

const none: never[] = [];
const keyOf = ({ site_id: siteId }: Site) => siteId;
/** Stations of chosen sites that one deed is done at. */
const STATIONS_MOST = 2_000;

async function findStations(siteIds: readonly string[]): Promise<Named[]> {
  const found = await Promise.all(
    siteIds.map((site) => readWhole((part) => readStations({ site }, part), STATIONS_MOST)),
  );
  return found.flatMap(({ rows }) => rows).map(({ station_id: id, name }) => ({ id, name: name || id }));
}

function useColumns(search: Search, feedersOf: Map<string, BusbarFeeder[]>): Columns<Site> {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      title: t('site.name'),
      ...sortable('name', search),
      render: (_, site) => (
        <span className="bc-two-lines">
          <Link to="/sites/$siteId" params={{ siteId: site.site_id }} className="bc-link">
            {site.name}
          </Link>
          <span>{[site.address, site.city].filter(Boolean).join(', ')}</span>
        </span>
      ),
    },
    { title: t('site.state.title'), key: 'state', render: (_, site) => <SiteState site={site} /> },
    {
      title: t('site.busbar'),
      key: 'busbar',
      render: (_, site) => {
        const feeders = feedersOf.get(site.site_id);
        return feeders?.length ? <BusbarStrip feeders={feeders} /> : null;
      },
    },
    {
      title: t('site.power'),
      key: 'power',
      align: 'right',
      render: (_, site) => {
        const powerW = sumUp(feedersOf.get(site.site_id) ?? []).powerW;
        return <span className={powerW ? 'bc-number' : 'bc-number bc-soft'}>{format.power(powerW)}</span>;
      },
    },
    {
      title: t('site.stations'),
      key: 'stations',
      align: 'right',
      render: (_, { counts }) => (
        <span className="bc-number">
          {format.number(counts.stations_online)} / {format.number(counts.stations)}
        </span>
      ),
    },
    {
      title: t('site.charging'),
      key: 'charging',
      align: 'right',
      render: (_, { counts }) => <span className="bc-number">{format.number(counts.connectors_charging)}</span>,
    },
    {
      title: t('site.free'),
      key: 'free',
      align: 'right',
      render: (_, { counts }) => <span className="bc-number">{format.number(counts.connectors_available)}</span>,
    },
    {
      title: t('site.faulted'),
      key: 'faulted',
      align: 'right',
      render: (_, { counts }) => <span className="bc-number">{format.number(counts.connectors_faulted)}</span>,
    },
    {
      title: t('site.public'),
      key: 'public',
      responsive: ['lg'],
      render: (_, site) => <span className="bc-soft">{site.is_public ? t('site.isPublic') : t('site.isPrivate')}</span>,
    },
  ];
}

export function SitesPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/sites' });
  const permits = usePermits();
  const list = useSites(search);
  const { data: busbars } = useBusbars(list.data?.items.map(({ site_id: siteId }) => siteId) ?? []);
  const feedersOf = useMemo(
    () => new Map((busbars ?? []).map((busbar) => [busbar.site_id, toFeeders(busbar)])),
    [busbars],
  );
  const columns = useColumns(search, feedersOf);
  const { view = 'list' } = search;
  const file = useSiteFile(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const selection = useSelection(list.data?.items ?? none, keyOf);
  const chosen = [...selection.rows.values()];
  const addButton = permits('manage_network') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="site-create" onClick={() => show('new')}>
      {t('site.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.sites')} actions={addButton} />
      <Panel flush>
        <div className="bc-filters">
          <SearchBox value={search.q} onSearch={(q) => change({ q })} label={t('site.search')} testId="site-search" />
          <Segmented
            value={view}
            onChange={(value) => change({ view: value === 'list' ? undefined : value })}
            options={[
              { value: 'list', label: t('site.asList') },
              { value: 'map', label: t('site.asMap') },
            ]}
          />
          <ListTools
            list="sites"
            columns={view === 'list' ? columns : []}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
            chosen={chosen}
          />
        </div>
        {view === 'map' ? (
          <OverviewMap heightPx={620} />
        ) : (
          <ListTable
            list={list}
            columns={columns}
            rowKey="site_id"
            selection={selection}
            foot={
              chosen.length > 0 && (
                <BulkBar
                  noun="sites"
                  deeds={siteDeeds}
                  chosen={chosen.map(({ site_id: id, name }) => ({ id, name }))}
                  findStations={findStations}
                  onClear={selection.clear}
                />
              )
            }
            label={t('nav.sites')}
            place={search}
            onPlace={(place) => change({ sort: undefined, ...place })}
            onOpen={({ site_id: siteId }) => void navigate({ to: '/sites/$siteId', params: { siteId } })}
            testId="sites"
            empty={
              <NothingListed isFiltered={Boolean(search.q)} title={t('site.none')} action={addButton}>
                {t('site.noneText')}
              </NothingListed>
            }
          />
        )}
      </Panel>
      <SiteEdit isOpen={edit === 'new'} onClose={() => show()} />
    </>
  );
}
