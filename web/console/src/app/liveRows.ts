import type { Schemas } from '@busbar/client';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { patchQueries } from './patchQueries';

type Station = Schemas['Station'];
export type StationRows = InfiniteData<Schemas['StationPage'], string | null>;

const KEY = ['station-rows'];

/** Put these stations in the place of what the long list shows of them; pages without any stay the same objects. */
export function patchRows(client: QueryClient, stations: readonly Station[]): void {
  const byId = new Map(stations.map((station) => [station.station_id, station]));
  changeRows(client, (station) => byId.get(station.station_id) ?? station);
}

/** Change rows of the long list; `change` returns the same object where nothing is to be changed. */
export function changeRows(client: QueryClient, change: (station: Station) => Station): void {
  patchQueries<StationRows>(client, { queryKey: KEY }, (data) => {
    let isChanged = false;
    const pages = data.pages.map((page) => {
      let isPageChanged = false;
      const items = page.items.map((station) => {
        const changed = change(station);
        isPageChanged ||= changed !== station;
        return changed;
      });
      isChanged ||= isPageChanged;
      return isPageChanged ? { ...page, items } : page;
    });
    return isChanged ? { ...data, pages } : data;
  });
}

/** Stations that the long list shows, on whichever page. */
export function shownRows(client: QueryClient): Set<string> {
  const found = client.getQueriesData<StationRows>({ queryKey: KEY, type: 'active' });
  return new Set(
    found.flatMap(([, data]) => data?.pages.flatMap(({ items }) => items.map((one) => one.station_id)) ?? []),
  );
}

/**
 * Reads again, a few at a time, the stations that something has happened to: never the whole long list. A list that is not
 * shown meanwhile is out of date, and is read when it is shown again.
 */
export class LiveRows {
  readonly #client: QueryClient;
  readonly #read: (stationId: string) => Promise<Station>;
  readonly #most: number;
  readonly #waiting = new Set<string>();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(options: {
    client: QueryClient;
    read: (stationId: string) => Promise<Station>;
    intervalMillis: number;
    most: number;
  }) {
    this.#client = options.client;
    this.#read = options.read;
    this.#most = options.most;
    this.#timer = setInterval(() => void this.#readSome(), options.intervalMillis);
  }

  want(stationId: string): void {
    this.#waiting.add(stationId);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#waiting.clear();
  }

  async #readSome(): Promise<void> {
    if (!this.#waiting.size) return;
    void this.#client.invalidateQueries({ queryKey: KEY, type: 'inactive', refetchType: 'none' });
    const shown = shownRows(this.#client);
    const wanted: string[] = [];
    for (const id of this.#waiting) {
      if (wanted.length === this.#most) break;
      this.#waiting.delete(id);
      if (shown.has(id)) wanted.push(id);
    }
    const read = await Promise.allSettled(wanted.map((id) => this.#read(id)));
    const stations = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (stations.length) patchRows(this.#client, stations);
  }
}
