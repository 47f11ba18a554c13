import { expect, it } from 'vitest';
import { newId } from './newId';

it('makes ids that the API takes and that do not repeat', () => {
  const ids = Array.from({ length: 100 }, newId);
  expect(new Set(ids).size).toBe(100);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
});
