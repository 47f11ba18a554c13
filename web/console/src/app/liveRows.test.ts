import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeStation } from '../testing/stage';
import { LiveRows, patchRows, type StationRows } from './liveRows';

const key = ['station-rows', {}];
const page = (...ids: string[]) => ({
  items: ids.map((id) => makeStation({ station_id: id })),
  next_cursor: null,
  total: ids.length,
});

function show(client: QueryClient, data: StationRows): () => void {
  client.setQueryData(key, data);
  return new QueryObserver(client, { queryKey: key, staleTime: Number.POSITIVE_INFINITY }).subscribe(() => undefined);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('changes the row and leaves the other pages as they are', () => {
  const client = new QueryClient();
  const data: StationRows = { pages: [page('A', 'B'), page('C')], pageParams: [null, 'x'] };
  client.setQueryData(key, data);
  patchRows(client, [makeStation({ station_id: 'B', name: 'New' })]);
  const after = client.getQueryData<StationRows>(key);
  expect(after?.pages[0]?.items.map(({ name }) => name)).toEqual(['Column 1', 'New']);
  expect(after?.pages[1]).toBe(data.pages[1]);
  patchRows(client, [makeStation({ station_id: 'elsewhere' })]);
  expect(client.getQueryData(key)).toBe(after);
});

it('reads a bounded number at a time, each once, and only what is shown', async () => {
  const client = new QueryClient();
  const leave = show(client, { pages: [page('A', 'B', 'C')], pageParams: [null] });
  const read = vi.fn(async (id: string) => makeStation({ station_id: id, name: `read ${id}` }));
  const rows = new LiveRows({ client, read, intervalMillis: 1_000, most: 2 });
  for (let times = 0; times < 1_000; times++) for (const id of ['A', 'B', 'C', 'hidden']) rows.want(id);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(read.mock.calls.flat()).toEqual(['A', 'B']);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(read.mock.calls.flat()).toEqual(['A', 'B', 'C']);
  const names = client.getQueryData<StationRows>(key)?.pages[0]?.items.map(({ name }) => name);
  expect(names).toEqual(['read A', 'read B', 'read C']);
  rows.stop();
  leave();
});

it('has a list that is not shown read when it is shown again', async () => {
  const client = new QueryClient();
  client.setQueryData(key, { pages: [page('A')], pageParams: [null] });
  const rows = new LiveRows({
    client,
    read: async (id) => makeStation({ station_id: id }),
    intervalMillis: 1_000,
    most: 2,
  });
  rows.want('A');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(client.getQueryState(key)?.isInvalidated).toBe(true);
  rows.stop();
});
