import { expect, it } from 'vitest';
import { type BulkResult, bulkDeeds, isDone, runBulk } from './bulk';

it('asks each station once, a few at a time, and tells of each', async () => {
  let running = 0;
  let most = 0;
  const keys: string[] = [];
  const send = async (stationId: string, key: string) => {
    keys.push(key);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    if (stationId === 'S-3') throw new Error('no way');
    return { outcome: stationId === 'S-5' ? ('rejected' as const) : ('accepted' as const), status: null };
  };
  const results: BulkResult[] = [];
  const ids = Array.from({ length: 40 }, (_, index) => `S-${index}`);
  await runBulk({ send }, ids, (result) => results.push(result));
  expect(results.map(({ stationId }) => stationId).toSorted()).toEqual(ids.toSorted());
  expect(results.filter((result) => !isDone(result)).map(({ stationId, outcome }) => [stationId, outcome])).toEqual([
    ['S-3', 'failed'],
    ['S-5', 'rejected'],
  ]);
  expect(most).toBe(6);
  expect(new Set(keys).size).toBe(40);
});

it('asks nobody more once it was ended', async () => {
  const ended = new AbortController();
  const asked: string[] = [];
  const send = async (stationId: string) => {
    asked.push(stationId);
    ended.abort();
    return { outcome: 'accepted' as const, status: null };
  };
  await runBulk({ send }, ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'], () => undefined, { signal: ended.signal });
  expect(asked.length).toBeLessThan(8);
});

it('takes back only what can be taken back, by what takes that back in turn', () => {
  for (const { undo, name } of bulkDeeds.filter((deed) => deed.undo))
    expect(bulkDeeds.find((deed) => deed.name === undo)?.undo).toBe(name);
});
