import { useCallback, useEffect, useMemo, useState } from 'react';

export interface Selection<Row> {
  /** What is ticked, by its key. */
  rows: ReadonlyMap<string, Row>;
  has: (key: string) => boolean;
  toggle: (key: string) => void;
  /** Whether all that is shown is ticked. */
  isAll: boolean;
  toggleAll: () => void;
  clear: () => void;
}

/** The ticked rows as they are now, where they are shown; the same map when none has changed. */
function asShown<Row>(ticked: ReadonlyMap<string, Row>, shown: readonly Row[], keyOf: (row: Row) => string) {
  if (!ticked.size) return ticked;
  const changed = shown.filter((row) => ticked.has(keyOf(row)) && ticked.get(keyOf(row)) !== row);
  return changed.length ? new Map([...ticked, ...changed.map((row) => [keyOf(row), row] as const)]) : ticked;
}

/** The rows that are ticked; they stay ticked while the list is filtered, scrolled and leafed through. */
export function useSelection<Row>(shown: readonly Row[], keyOf: (row: Row) => string): Selection<Row> {
  const [rows, setRows] = useState<ReadonlyMap<string, Row>>(new Map());
  useEffect(() => setRows((before) => asShown(before, shown, keyOf)), [shown, keyOf]);
  const isAll = shown.length > 0 && shown.every((row) => rows.has(keyOf(row)));
  const toggle = useCallback(
    (key: string) =>
      setRows((before) => {
        const next = new Map(before);
        const row = shown.find((candidate) => keyOf(candidate) === key);
        if (!next.delete(key) && row) next.set(key, row);
        return next;
      }),
    [shown, keyOf],
  );
  const toggleAll = useCallback(
    () =>
      setRows((before) => {
        const next = new Map(before);
        for (const row of shown) {
          if (isAll) next.delete(keyOf(row));
          else next.set(keyOf(row), row);
        }
        return next;
      }),
    [shown, keyOf, isAll],
  );
  const clear = useCallback(() => setRows(new Map()), []);
  return useMemo(
    () => ({ rows, has: (key: string) => rows.has(key), toggle, isAll, toggleAll, clear }),
    [rows, toggle, isAll, toggleAll, clear],
  );
}
