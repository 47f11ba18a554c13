import { expect, it } from 'vitest';
import { nextSort, windowOf } from './VirtualTable';

it('draws the rows of the window and a few beyond, however long the list', () => {
  expect(windowOf(0, 540, 10_000)).toEqual({ first: 0, last: 18 });
  expect(windowOf(54 * 5_000, 540, 10_000)).toEqual({ first: 4_992, last: 5_018 });
  expect(windowOf(54 * 9_995, 540, 10_000)).toEqual({ first: 9_987, last: 10_000 });
  expect(windowOf(0, 540, 3)).toEqual({ first: 0, last: 3 });
});

it('sorts up, then down, then as it was', () => {
  expect([undefined, 'name', '-name', '-created_at'].map((sort) => nextSort(sort, 'name'))).toEqual([
    'name',
    '-name',
    undefined,
    'name',
  ]);
});
