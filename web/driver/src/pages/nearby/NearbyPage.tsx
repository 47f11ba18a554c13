import { describeProblem, Empty, Loading, useFormat } from '@busbar/kit';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Button from 'antd-mobile/es/components/button';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrand } from '../../app/brand';
import { usePosition } from '../../app/position';
import { type NearbySearch, readPrice } from '../../app/search';
import { useStationLine } from '../../app/useStationLine';
import { Aged } from '../../parts/Aged';
import { Brand } from '../../parts/Brand';
import { Icon } from '../../parts/Icon';
import { InstallCard } from '../../parts/InstallCard';
import { PageProblem } from '../../parts/PageProblem';
import { Segmented } from '../../parts/Segmented';
import { useTitle } from '../../parts/useTitle';
import { networkQuery } from '../../queries/network';
import { nearbyQuery, RADIUS_M } from '../../queries/stations';
import { FilterSheet } from './FilterSheet';
import { groupByPlace } from './groups';
import './nearby.css';
import { PlaceCard } from './PlaceCard';
import { PositionNote } from './PositionNote';
import { SearchField } from './SearchField';

const MapView = lazy(() => import('./MapView'));
const route = getRouteApi('/tabs/');
const LIVE_MILLIS = 60_000;
const POLL_MILLIS = 15_000;

/** Stations near the driver, as a list or on the map. */
export function NearbyPage() {
  const { t } = useTranslation();
  const format = useFormat();
  useTitle(t('nearby.title'));
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isFilterOpen, setIsFilterOpen] = useState(false);
  const [isEverywhere, setIsEverywhere] = useState(false);
  const where = usePosition();
  const position = isEverywhere ? null : where.position;
  const isLive = useStationLine();
  const filter = useMemo(
    () => ({
      kind: search.kind,
      minPowerW: search.power,
      isAvailable: search.free,
      isFavourite: search.mine,
      isOpen: search.open,
      price: readPrice(search.price),
      text: search.q,
    }),
    [search.kind, search.power, search.free, search.mine, search.open, search.price, search.q],
  );
  const stations = useQuery({ ...nearbyQuery(position, filter), refetchInterval: isLive ? LIVE_MILLIS : POLL_MILLIS });
  const network = useQuery(networkQuery);
  const brand = useBrand();
  const ownerName = brand?.name ?? network.data?.operator_name;
  const change = (next: NearbySearch) => void navigate({ search: next, replace: true });
  const isMap = search.view === 'map';
  const { view: _view, q: _q, ...filters } = search;
  const filterCount = Object.keys(filters).length;
  const items = stations.data?.items;
  const groups = useMemo(() => groupByPlace(items ?? []), [items]);

  return (
    <div className="bd-nearby" data-view={isMap ? 'map' : 'list'}>
      <header className="bd-nearby-head">
        <h1>
          <Brand />
          {t('nearby.title')}
          {ownerName && <small>{ownerName}</small>}
        </h1>
        <div className="bd-nearby-tools">
          <SearchField
            text={search.q ?? ''}
            onSearch={(q) => {
              const { q: _before, ...rest } = search;
              change(q ? { ...rest, q } : rest);
            }}
          />
          <button
            type="button"
            className="bd-round bd-filter-button"
            aria-label={filterCount ? t('filter.openWith', { count: filterCount }) : t('filter.open')}
            data-testid="filter-open"
            onClick={() => setIsFilterOpen(true)}
          >
            <Icon name="filter" />
            {filterCount > 0 && <b aria-hidden="true">{filterCount}</b>}
          </button>
        </div>
      </header>

      <PositionNote
        state={where.state}
        hasPosition={position !== null}
        isEverywhere={isEverywhere}
        onAsk={() => {
          setIsEverywhere(false);
          where.ask();
        }}
      />

      {stations.isPending && <Loading rows={7} />}
      {stations.isError && !stations.data && (
        <PageProblem error={stations.error} onRetry={() => void stations.refetch()} />
      )}
      {stations.data && (
        <>
          <p className="bd-nearby-count" data-testid="station-count">
            <Aged since={stations.dataUpdatedAt} isError={stations.isError}>
              {t('nearby.count', { count: items?.length ?? 0 })}
              {stations.data.is_truncated && ` · ${t('nearby.more')}`}
            </Aged>
          </p>
          {groups.length === 0 && (
            <Empty
              title={t('nearby.none')}
              action={
                filterCount || search.q ? (
                  <Button data-testid="filter-clear" onClick={() => change(isMap ? { view: 'map' } : {})}>
                    {t('filter.clear')}
                  </Button>
                ) : (
                  position && <Button onClick={() => setIsEverywhere(true)}>{t('nearby.everywhere')}</Button>
                )
              }
            >
              {position ? t('nearby.noneWithin', { distance: format.distance(RADIUS_M) }) : t('nearby.noneAtAll')}
            </Empty>
          )}
          {isMap && groups.length > 0 && (
            <Suspense fallback={<Loading rows={8} />}>
              <MapView groups={groups} here={position} />
            </Suspense>
          )}
          {!isMap && groups.length > 0 && (
            <div className="bd-places" data-testid="station-list">
              {groups.map((group) => (
                <PlaceCard key={group.id} place={group} hasDistance={position !== null} />
              ))}
            </div>
          )}
          {!isMap && <InstallCard />}
        </>
      )}

      <Segmented
        className="bd-view-switch"
        legend={t('nearby.view')}
        isLegendHidden
        value={isMap ? 'map' : 'list'}
        segments={(['list', 'map'] as const).map((view) => ({
          value: view,
          label: (
            <>
              <Icon name={view} size={20} />
              {t(`nearby.${view}`)}
            </>
          ),
          testId: `view-${view}`,
        }))}
        onChange={(view) => {
          const { view: _before, ...rest } = search;
          change(view === 'map' ? { ...rest, view } : rest);
        }}
      />

      <FilterSheet
        isOpen={isFilterOpen}
        onClose={() => setIsFilterOpen(false)}
        search={search}
        currency={items?.find(({ price }) => price)?.price?.currency}
        onChange={change}
      />
      {stations.isError && stations.data && describeProblem(stations.error).kind === 'offline' && (
        <p className="bb-visually-hidden" role="status">
          {t('nearby.offline')}
        </p>
      )}
    </div>
  );
}
