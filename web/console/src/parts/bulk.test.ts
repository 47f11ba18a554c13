import { expect, it } from 'vitest';
import { type BulkResult, isDone, runBulk } from './bulk';

it('asks each station once, a few at a time, and tells of each', async () => {
  let running = 0;
  let most = 0;
  const keys: string[] = [];
  const send = async (id: string, key: string) => {
    keys.push(key);
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    if (id === 'S-3') throw new Error('no way');
    return { outcome: id === 'S-5' ? ('rejected' as const) : ('accepted' as const), status: null };
  };
  const results: BulkResult[] = [];
  const ids = Array.from({ length: 40 }, (_, index) => `S-${index}`);
  await runBulk({ send }, ids, (result) => results.push(result));
  expect(results.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  expect(results.filter((result) => !isDone(result)).map(({ id, outcome }) => [id, outcome])).toEqual([
    ['S-3', 'failed'],
    ['S-5', 'rejected'],
  ]);
  expect(most).toBe(6);
  expect(new Set(keys).size).toBe(40);
});

it('asks nobody more once it was ended', async () => {
  const ended = new AbortController();
  const asked: string[] = [];
  const send = async (id: string) => {
    asked.push(id);
    ended.abort();
    return { outcome: 'accepted' as const, status: null };
  };
  await runBulk({ send }, ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'], () => undefined, { signal: ended.signal });
  expect(asked.length).toBeLessThan(8);
});
