import { expect, it } from 'vitest';
import { sessionDeeds } from '../sessions/sessionDeeds';
import { siteDeeds } from '../sites/siteDeeds';
import { stationDeeds } from './stationDeeds';

it('takes back only what can be taken back, by what takes that back in turn', () => {
  for (const deeds of [stationDeeds, siteDeeds, sessionDeeds])
    for (const { undo, name } of deeds.filter((deed) => deed.undo))
      expect(deeds.find((deed) => deed.name === undo)?.undo).toBe(name);
});

it('asks before whatever disturbs drivers', () => {
  const grave = [...stationDeeds, ...sessionDeeds].filter(({ isGrave }) => isGrave);
  expect(grave.map(({ name }) => name)).toEqual(['restart', 'outOfService', 'applyTemplate', 'block', 'stop']);
});
