import { expect, it } from 'vitest';
import { queryToKeep } from './SavedViews';

it('keeps filters, order and columns, but no page and no open form', () => {
  expect(queryToKeep('?state=offline&sort=-name&after=abc&page=3&edit=new')).toBe('state=offline&sort=-name');
  expect(queryToKeep('')).toBe('');
});
