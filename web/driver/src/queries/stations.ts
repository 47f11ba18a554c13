import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { STATIONS_MAX } from '../app/early';
import { api } from '../app/server';

export interface Position {
  latitude: number;
  longitude: number;
}

export interface StationFilter {
  kind?: Schemas['ConnectorKind'] | undefined;
  minPowerW?: number | undefined;
  isAvailable?: boolean | undefined;
  isFavourite?: boolean | undefined;
  isOpen?: boolean | undefined;
  /** The most that the example may cost, in minor units. */
  price?: { currency: string; most: number } | null | undefined;
  text?: string | undefined;
}

/** As far as the server searches around a position. */
export const RADIUS_M = 200_000;

/** Stations around a position, the nearest first; without one, those of the whole network. */
export function nearbyQuery(position: Position | null, filter: StationFilter) {
  const query = {
    limit: STATIONS_MAX,
    ...(position && { ...position, radius_m: RADIUS_M }),
    ...(filter.kind && { connector_kind: filter.kind }),
    ...(filter.minPowerW && { min_power_w: filter.minPowerW }),
    ...(filter.isAvailable && { is_available: true }),
    ...(filter.isFavourite && { is_favourite: true }),
    ...(filter.isOpen && { is_open: true }),
    ...(filter.price && { max_price: filter.price.most, price_currency: filter.price.currency }),
    ...(filter.text && { q: filter.text }),
  };
  return queryOptions({
    queryKey: ['stations', query],
    queryFn: ({ signal }) => take(api.GET('/api/v1/driver/stations', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    ...(filter.isFavourite && { meta: { isPersonal: true } }),
  });
}

export function stationQuery(stationId: string) {
  return queryOptions({
    queryKey: ['station', stationId],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/driver/stations/{station_id}', { params: { path: { station_id: stationId } }, signal })),
  });
}

/** The station that a scanned label or a typed code names. */
export function lookUpCode(code: string): Promise<Schemas['DriverStation']> {
  return take(api.GET('/api/v1/driver/lookup', { params: { query: { code } } }));
}
