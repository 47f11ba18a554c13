import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { StateMark, useFormat, useNow } from '@busbar/kit';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { registrations, stationFilters } from '../../app/search';
import { keepGiven } from '../../parts/keepGiven';
import { type Columns, ListTable, NothingListed, sortable } from '../../parts/ListTable';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { usePermits } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { useStations } from '../../queries/stations';
import { StationStatus } from '../station/StationStatus';
import { ConnectorStrip } from './ConnectorStrip';
import { stationPowerW } from './power';
import { StationCreate } from './StationCreate';

type Station = Schemas['Station'];
type Search = ReturnType<typeof route.useSearch>;

const route = getRouteApi('/shell/stations');

function useColumns(search: Search): Columns<Station> {
  const { t } = useTranslation(['app', 'kit']);
  const format = useFormat();
  const now = useNow();
  return [
    {
      title: t('station.station'),
      ...sortable('station_id', search),
      render: (_, station) => (
        <span className="bc-two-lines">
          <Link to="/stations/$stationId" params={{ stationId: station.station_id }} className="bc-link">
            {station.name || station.station_id}
          </Link>
          <span>{[station.name ? station.station_id : null, station.site_name].filter(Boolean).join(' · ')}</span>
        </span>
      ),
    },
    { title: t('station.state'), key: 'state', render: (_, station) => <StationStatus station={station} pill /> },
    { title: t('station.connectors'), key: 'connectors', render: (_, station) => <ConnectorStrip station={station} /> },
    {
      title: t('station.power'),
      key: 'power',
      align: 'right',
      render: (_, station) => {
        const powerW = stationPowerW(station);
        return <span className={powerW ? 'bc-number' : 'bc-number bc-soft'}>{format.power(powerW)}</span>;
      },
    },
    {
      title: t('station.make'),
      key: 'make',
      responsive: ['lg'],
      render: (_, { vendor, model, firmware_version: firmware }) => (
        <span className="bc-two-lines">
          <span>{[vendor, model].filter(Boolean).join(' ')}</span>
          <span>{firmware}</span>
        </span>
      ),
    },
    {
      title: t('station.protocol'),
      dataIndex: 'protocol',
      key: 'protocol',
      responsive: ['lg'],
      render: (_, { protocol }) => protocol && t(`protocol.${protocol.replaceAll('.', '_')}`),
    },
    {
      title: t('station.registration'),
      key: 'registration',
      responsive: ['xl'],
      render: (_, { registration }) => <StateMark kind="registration" state={registration} />,
    },
    {
      title: t('station.lastSeen'),
      ...sortable('last_seen_at', search),
      align: 'right',
      render: (_, station) => <span className="bc-soft bc-number">{format.age(station.last_seen_at, now)}</span>,
    },
  ];
}

export function StationsPage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/stations' });
  const permits = usePermits();
  const columns = useColumns(search);
  const sites = useSiteOptions();
  const list = useStations(search);
  const { after: _after, page: _page, edit, ...filters } = search;
  const isFiltered = Boolean(filters.q || filters.site || filters.registration || filters.state);
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const addButton = permits('manage_network') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="station-create" onClick={() => change({ edit: 'new' })}>
      {t('station.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.stations')} actions={addButton} />
      <Panel flush>
        <div className="bc-filters">
          <SearchBox
            value={search.q}
            onSearch={(q) => change({ q })}
            label={t('station.search')}
            testId="station-search"
          />
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            value={search.site}
            placeholder={t('station.site')}
            aria-label={t('station.site')}
            data-testid="station-filter-site"
            options={sites}
            style={{ minWidth: 170 }}
            onChange={(site?: string) => change({ site })}
          />
          <Select
            allowClear
            value={search.state}
            placeholder={t('station.state')}
            aria-label={t('station.state')}
            data-testid="station-filter-state"
            options={stationFilters.map((value) => ({ value, label: t(`station.filter.${value}`) }))}
            style={{ minWidth: 140 }}
            onChange={(state?: Search['state']) => change({ state })}
          />
          <Select
            allowClear
            value={search.registration}
            placeholder={t('station.registration')}
            aria-label={t('station.registration')}
            data-testid="station-filter-registration"
            options={registrations.map((value) => ({ value, label: t(`kit:mark.registration.${value}`) }))}
            style={{ minWidth: 150 }}
            onChange={(registration?: Search['registration']) => change({ registration })}
          />
        </div>
        <ListTable
          list={list}
          columns={columns}
          rowKey="station_id"
          label={t('nav.stations')}
          place={search}
          onPlace={(place) => change({ sort: undefined, ...place })}
          onOpen={({ station_id: stationId }) => void navigate({ to: '/stations/$stationId', params: { stationId } })}
          testId="stations"
          empty={
            <NothingListed isFiltered={isFiltered} title={t('station.none')} action={addButton}>
              {t('station.noneText')}
            </NothingListed>
          }
        />
      </Panel>
      <StationCreate isOpen={edit === 'new'} onClose={() => change({})} {...(search.site && { siteId: search.site })} />
    </>
  );
}
