import type { Schemas } from '@busbar/client';
import { useCallback, useMemo, useState } from 'react';

type Station = Schemas['Station'];

/** The stations that are ticked; they stay ticked while the list is filtered and scrolled. */
export function useSelection(rows: readonly Station[]) {
  const [stations, setStations] = useState<ReadonlyMap<string, Station>>(new Map());
  const isAll = rows.length > 0 && rows.every(({ station_id: id }) => stations.has(id));
  const toggle = useCallback(
    (id: string) =>
      setStations((before) => {
        const next = new Map(before);
        const station = rows.find(({ station_id: stationId }) => stationId === id);
        if (!next.delete(id) && station) next.set(id, station);
        return next;
      }),
    [rows],
  );
  const toggleAll = useCallback(
    () =>
      setStations((before) => {
        const next = new Map(before);
        for (const station of rows) {
          if (isAll) next.delete(station.station_id);
          else next.set(station.station_id, station);
        }
        return next;
      }),
    [rows, isAll],
  );
  const clear = useCallback(() => setStations(new Map()), []);
  return useMemo(
    () => ({
      stations,
      chosen: [...stations.keys()],
      has: (id: string) => stations.has(id),
      toggle,
      isAll,
      toggleAll,
      clear,
    }),
    [stations, toggle, isAll, toggleAll, clear],
  );
}
