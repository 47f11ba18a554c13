import { expect, it } from 'vitest';
import { nearbyQuery } from './stations';

/** What everybody may see; a guest's stay is of whoever has its link, and the guest is not signed in. */
const shared = new Set([
  'guestStayQuery',
  'nearbyQuery',
  'networkQuery',
  'payOptionsQuery',
  'popularTimesQuery',
  'reservationRulesQuery',
  'stationQuery',
]);

const modules = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./*.test.ts'], { eager: true });
const queries = Object.values(modules)
  .flatMap((each) => Object.entries(each))
  .filter(([name]) => name.endsWith('Query'));

it.each(queries)('%s leaves memory with its person, unless it is shared', (name, query) => {
  const options = (typeof query === 'function' ? query('one', {}) : query) as { meta?: { isPersonal?: boolean } };
  expect(options.meta?.isPersonal ?? false).toBe(!shared.has(name));
});

it('does not keep whose favourites were listed', () => {
  expect(nearbyQuery(null, { isFavourite: true }).meta).toEqual({ isPersonal: true });
});

it('knows them all', () => {
  expect(queries.length).toBeGreaterThan(25);
});
