import { PlusOutlined } from '@ant-design/icons';
import type { Schemas } from '@busbar/client';
import { Loading, useFormat } from '@busbar/kit';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { registrations, stationFilters } from '../../app/search';
import { BulkBar } from '../../parts/BulkBar';
import { Failure } from '../../parts/Failure';
import { keepGiven } from '../../parts/keepGiven';
import { NothingListed, shownOf } from '../../parts/ListTable';
import { ListTools } from '../../parts/ListTools';
import { PageHead } from '../../parts/PageHead';
import { Panel } from '../../parts/Panel';
import { SearchBox } from '../../parts/SearchBox';
import { useSelection } from '../../parts/useSelection';
import { VirtualTable } from '../../parts/VirtualTable';
import { usePermits } from '../../queries/me';
import { useSiteOptions } from '../../queries/sites';
import { useStationRows } from '../../queries/stations';
import { StationCreate } from './StationCreate';
import { stationDeeds } from './stationDeeds';
import { useStationColumns } from './useStationColumns';
import { useStationFile } from './useStationFile';

type Search = ReturnType<typeof route.useSearch>;

const route = getRouteApi('/shell/stations');
const keyOf = ({ station_id: stationId }: Schemas['Station']) => stationId;

export function StationsPage() {
  const { t } = useTranslation(['app', 'kit']);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/stations' });
  const permits = usePermits();
  const { edit, ...filters } = search;
  const file = useStationFile(search);
  const columns = useStationColumns();
  const sites = useSiteOptions();
  const list = useStationRows(filters);
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const total = list.data?.pages[0]?.total ?? rows.length;
  const selection = useSelection(rows, keyOf);
  const chosen = [...selection.rows.values()];
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const isFiltered = Boolean(filters.q || filters.site || filters.registration || filters.state);
  const change = (changed: Partial<Search>) => void navigate({ search: keepGiven({ ...filters, ...changed }) });
  const show = (edit?: string) => void navigate({ search: keepGiven({ ...search, edit }), resetScroll: false });
  const addButton = permits('manage_network') && (
    <Button type="primary" icon={<PlusOutlined />} data-testid="station-create" onClick={() => show('new')}>
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
          <ListTools
            list="stations"
            columns={columns}
            place={search}
            onHide={(hide) => change({ hide })}
            file={file}
            chosen={chosen}
          />
        </div>
        {list.isPending && <Loading rows={8} />}
        {list.isError && !list.data && (
          <Failure
            error={list.error}
            action={<Button onClick={() => void list.refetch()}>{t('action.retry')}</Button>}
          />
        )}
        {list.data && rows.length === 0 && (
          <NothingListed
            isFiltered={isFiltered}
            names={{ site: search.site }}
            onClear={(noun) => change({ [noun]: undefined })}
            title={t('station.none')}
            action={addButton}
          >
            {t('station.noneText')}
          </NothingListed>
        )}
        {rows.length > 0 && (
          <VirtualTable
            rows={rows}
            total={total}
            columns={shownOf(columns, search)}
            keyOf={keyOf}
            label={t('nav.stations')}
            sort={search.sort}
            onSort={(sort) => change({ sort })}
            onOpen={({ station_id: stationId }) => void navigate({ to: '/stations/$stationId', params: { stationId } })}
            onNearEnd={loadMore}
            selection={selection}
            testId="stations"
          />
        )}
        {(rows.length > 0 || chosen.length > 0) && (
          <div className="bc-under-list" data-chosen={chosen.length > 0 || undefined}>
            {chosen.length > 0 ? (
              <BulkBar
                noun="stations"
                deeds={stationDeeds}
                chosen={chosen.map(({ station_id: id, name }) => ({ id, name: name || id }))}
                onClear={selection.clear}
              />
            ) : (
              <span>{t('list.total', { count: total, shown: format.number(total) })}</span>
            )}
          </div>
        )}
      </Panel>
      <StationCreate isOpen={edit === 'new'} onClose={() => show()} {...(search.site && { siteId: search.site })} />
    </>
  );
}
