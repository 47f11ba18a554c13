import type { QueryClient, QueryFilters } from '@tanstack/react-query';

/**
 * Change what these queries hold; `change` returns the same object where nothing is to be changed. Unlike `setQueriesData` it
 * does not make them pass for newly read: a list that is out of date stays so, and is read again when it is shown.
 */
export function patchQueries<Data>(client: QueryClient, filters: QueryFilters, change: (data: Data) => Data): void {
  for (const query of client.getQueryCache().findAll(filters)) {
    const before = query.state.data as Data | undefined;
    if (before === undefined) continue;
    const after = change(before);
    if (after === before) continue;
    const { dataUpdatedAt, isInvalidated } = query.state;
    query.setData(after, { updatedAt: dataUpdatedAt, manual: true });
    if (isInvalidated) query.invalidate();
  }
}
