import { type Schemas, take } from '@busbar/client';
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { patchRows } from '../app/liveRows';
import { api } from '../app/server';
import type { anew, Kept } from './back';
import type { Part } from './parts';

export interface StationSearch {
  q?: string;
  site?: string;
  registration?: Schemas['Registration'];
  state?: 'online' | 'offline' | 'faulted' | 'charging';
  sort?: string;
  after?: string;
}

const SETTINGS_ROWS = 1_000;

const at = (stationId: string) => ({ path: { station_id: stationId } });

/** The filter of the screen in the words of the API. */
const states = {
  online: { is_online: true },
  offline: { is_online: false },
  faulted: { status: 'faulted' },
  charging: { status: 'charging', is_online: true }, // what was lost in mid-charge keeps its status
} as const;

function filterOf({ q, site, registration, state, sort }: StationSearch) {
  return {
    with_total: true,
    ...(q && { q }),
    ...(site && { site_id: site }),
    ...(registration && { registration }),
    ...(state && states[state]),
    ...(sort && { sort: sort as Schemas['StationSort'] }),
  };
}

/** Rows that are asked for at once while a list is scrolled. */
const SCROLL_ROWS = 250;

/**
 * Stations, page after page as the list is scrolled; the live line keeps each row (see `LiveRows`). Which rows a list by
 * state holds changes with what happens to them: such lists have a key by which they alone can be read again.
 */
export function useStationRows(search: StationSearch) {
  const query = filterOf(search);
  return useInfiniteQuery({
    queryKey: ['station-rows', search.state || search.registration ? 'filtered' : 'whole', query],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/stations', {
          params: { query: { ...query, limit: SCROLL_ROWS, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ next_cursor: next }) => next,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}

export function readStations(search: StationSearch, part: Part) {
  return take(api.GET('/api/v1/stations', { params: { query: { ...filterOf(search), ...part } } }));
}

/** Stations to choose from while typing. */
export function useStationOptions(typed: string): { value: string; label: string }[] {
  const q = typed.trim();
  const { data } = useQuery({
    queryKey: ['stations', 'options', q],
    queryFn: async () =>
      (await take(api.GET('/api/v1/stations', { params: { query: { limit: 30, ...(q && { q }) } } }))).items,
    placeholderData: keepPreviousData,
  });
  return (data ?? []).map(({ station_id: value, name }) => ({
    value,
    label: name && name !== value ? `${name} · ${value}` : value,
  }));
}

export function useStation(stationId: string, how: typeof anew | null = null) {
  return useQuery({
    ...how,
    queryKey: ['station', stationId],
    queryFn: () => take(api.GET('/api/v1/stations/{station_id}', { params: at(stationId) })),
  });
}

function useStationChanged(): (station: Schemas['Station']) => Promise<void> {
  const client = useQueryClient();
  return async (station) => {
    client.setQueryData(['station', station.station_id], station);
    patchRows(client, [station]);
    await Promise.all(
      ['stations', 'now', 'overview', 'sites'].map((key) => client.invalidateQueries({ queryKey: [key] })),
    );
  };
}

interface NewStation {
  body: Schemas['StationBody'];
  wantsPassword: boolean;
}

/** Enters a station and, when wanted, makes its password. */
export function useCreateStation() {
  const changed = useStationChanged();
  return useMutation({
    mutationFn: async ({ body, wantsPassword }: NewStation) => {
      const station = await take(api.POST('/api/v1/stations', { body }));
      if (!wantsPassword) return { station, password: null };
      const { password } = await take(
        api.PUT('/api/v1/stations/{station_id}/password', { params: at(station.station_id), body: {} }),
      );
      return { station: { ...station, has_password: true }, password };
    },
    onSuccess: ({ station }) => changed(station),
  });
}

interface StationChange {
  patch: Schemas['StationPatch'];
  /** Left out: the connectors stay. */
  connectors?: Schemas['ConnectorBody'][];
}

export function useSaveStation(stationId: string) {
  const changed = useStationChanged();
  return useMutation({
    mutationFn: async ({ patch, connectors }: StationChange) => {
      const station = await take(api.PATCH('/api/v1/stations/{station_id}', { params: at(stationId), body: patch }));
      if (!connectors) return station;
      return take(api.PUT('/api/v1/stations/{station_id}/connectors', { params: at(stationId), body: { connectors } }));
    },
    onSuccess: changed,
  });
}

function setRegistration(stationId: string, registration: Schemas['Registration']) {
  return take(api.PUT('/api/v1/stations/{station_id}/registration', { params: at(stationId), body: { registration } }));
}

type Station = Schemas['Station'];

export const readStation = (stationId: string) =>
  take(api.GET('/api/v1/stations/{station_id}', { params: at(stationId) }));

const stationBase = {
  keys: ['station', 'stations', 'station-rows', 'now', 'overview', 'sites'].map((key) => [key]),
  read: ({ station_id: stationId }: Pick<Station, 'station_id'>) => readStation(stationId),
};

/** What is entered of a station, but for how it is built. */
export const keptStation: Kept<Station, 'name' | 'note' | 'site_id' | 'is_tolerant'> = {
  ...stationBase,
  names: ['name', 'note', 'site_id', 'is_tolerant'],
  write: ({ station_id: stationId }, body) =>
    take(api.PATCH('/api/v1/stations/{station_id}', { params: at(stationId), body })),
};

type Registered = Pick<Station, 'station_id' | 'registration'>;

/** Whether a station is let in. */
export const keptRegistration: Kept<Registered, 'registration'> = {
  ...stationBase,
  names: ['registration'],
  write: ({ station_id: stationId }, { registration }) => setRegistration(stationId, registration),
};

export function useSetRegistration(stationId: string) {
  const changed = useStationChanged();
  return useMutation({
    mutationFn: (registration: Schemas['Registration']) => setRegistration(stationId, registration),
    onSuccess: changed,
  });
}

/** The same for a station that is named when it is done. */
export function useRegister() {
  const changed = useStationChanged();
  return useMutation({
    mutationFn: (wish: { stationId: string; registration: Schemas['Registration'] }) =>
      setRegistration(wish.stationId, wish.registration),
    onSuccess: changed,
  });
}

export function useSetPassword(stationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (password: string | undefined) =>
      take(
        api.PUT('/api/v1/stations/{station_id}/password', {
          params: at(stationId),
          body: password ? { password } : {},
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['station', stationId] }),
  });
}

export function useRemovePassword(stationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/stations/{station_id}/password', { params: at(stationId) })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['station', stationId] }),
  });
}

export function useDeleteStation(stationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => take(api.DELETE('/api/v1/stations/{station_id}', { params: at(stationId) })),
    onSuccess: () =>
      Promise.all(['stations', 'station-rows'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

export function useQuirks(stationId: string) {
  return useQuery({
    queryKey: ['quirks', stationId],
    queryFn: () => take(api.GET('/api/v1/stations/{station_id}/quirks', { params: at(stationId) })),
  });
}

/** What the station shows of prices; it answers within a moment, and a charge's cost moves on. */
export function useDisplay(stationId: string) {
  return useQuery({
    queryKey: ['display', stationId],
    queryFn: () => take(api.GET('/api/v1/stations/{station_id}/display', { params: at(stationId) })),
    refetchInterval: 15_000,
  });
}

export function useCommands(stationId: string) {
  return useQuery({
    queryKey: ['commands', stationId],
    queryFn: () =>
      take(api.GET('/api/v1/stations/{station_id}/commands', { params: { ...at(stationId), query: { limit: 50 } } })),
  });
}

/** Takes back a request that waits for the station. */
export function useCancelCommand(stationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (commandId: string) =>
      take(
        api.POST('/api/v1/stations/{station_id}/commands/{command_id}/cancel', {
          params: { path: { station_id: stationId, command_id: commandId } },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ['commands', stationId] }),
  });
}

/** All settings that the station told, page after page. */
export function useVariables(stationId: string) {
  return useQuery({
    queryKey: ['variables', stationId],
    queryFn: async () => {
      const found: Schemas['Variable'][] = [];
      let cursor: string | null = null;
      do {
        const query: { limit: number; cursor?: string } = { limit: SETTINGS_ROWS, ...(cursor && { cursor }) };
        const page: Schemas['VariablePage'] = await take(
          api.GET('/api/v1/stations/{station_id}/variables', { params: { ...at(stationId), query } }),
        );
        found.push(...page.items);
        cursor = page.next_cursor;
      } while (cursor !== null && found.length < 20 * SETTINGS_ROWS);
      return found;
    },
  });
}

export function useStationEvents(stationId: string) {
  return useInfiniteQuery({
    queryKey: ['station-events', stationId],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      take(
        api.GET('/api/v1/stations/{station_id}/events', {
          params: { ...at(stationId), query: { limit: 100, ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ next_cursor: next }) => next,
  });
}

/** The code that opens the driver's application at a station or one of its EVSEs, as SVG text. */
export function useQr(stationId: string, evseId: number | null) {
  return useQuery({
    queryKey: ['qr', stationId, evseId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      take(
        api.GET('/api/v1/stations/{station_id}/qr', {
          params: { ...at(stationId), query: evseId === null ? {} : { evse_id: evseId } },
          parseAs: 'text',
        }),
      ),
  });
}
