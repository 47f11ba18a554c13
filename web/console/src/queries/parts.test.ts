import { expect, it } from 'vitest';
import { type Part, readWhole } from './parts';

const ROWS = Array.from({ length: 2_400 }, (_, index) => index);

function makeList(asked: Part[]) {
  return (part: Part) => {
    asked.push(part);
    const first = Number(part.cursor ?? 0);
    const last = first + (part.limit ?? 50);
    return Promise.resolve({ items: ROWS.slice(first, last), next_cursor: last < ROWS.length ? String(last) : null });
  };
}

it('reads a list to its end', async () => {
  const asked: Part[] = [];
  expect(await readWhole(makeList(asked))).toEqual({ rows: ROWS, isCut: false });
  expect(asked).toEqual([{ limit: 1_000 }, { limit: 1_000, cursor: '1000' }, { limit: 1_000, cursor: '2000' }]);
});

it('reads no more than a file holds, and tells that there is more', async () => {
  const asked: Part[] = [];
  expect(await readWhole(makeList(asked), 1_700)).toEqual({ rows: ROWS.slice(0, 1_700), isCut: true });
  expect(asked).toHaveLength(2);
  expect(await readWhole(makeList(asked), 2_000)).toMatchObject({ isCut: true });
});
