import { expect, it } from 'vitest';
import { aNearbyStation } from '../../testing/fixtures';
import { availabilityOf, placeOf } from './availability';
import { groupByPlace } from './groups';

it('gathers the stations of a site and sums what is free there', () => {
  const [milano, alone] = groupByPlace([
    aNearbyStation(),
    aNearbyStation({ station_id: 'MI-AC-02', available_evses: 0 }),
    aNearbyStation({ station_id: 'X', site_id: null, site_name: null, name: '' }),
    aNearbyStation({ station_id: 'MI-AC-03', is_online: false, available_evses: 2 }),
  ]);
  expect(milano).toMatchObject({ name: 'Milano Scalo', availability: 'free', free: 1, total: 6 });
  expect(milano?.stations).toHaveLength(3);
  expect(alone).toMatchObject({ name: 'X', address: 'Via dei Binari 12, Milano' });
});

it('is busy when none is free, and offline only when all are', () => {
  const busy = aNearbyStation({ available_evses: 0 });
  const offline = aNearbyStation({ is_online: false });
  expect(availabilityOf(offline)).toBe('offline');
  expect(groupByPlace([busy, offline])[0]?.availability).toBe('busy');
  expect(groupByPlace([offline])[0]?.availability).toBe('offline');
});

it('tells a place without repeating its name', () => {
  expect(placeOf(aNearbyStation({ name: 'Milano Scalo', city: '' }))).toBe('Via dei Binari 12');
  expect(placeOf({ station_name: null, site_name: null, address: '', city: '' })).toBe('');
});
