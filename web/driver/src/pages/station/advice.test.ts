import type { Schemas } from '@busbar/client';
import { expect, it, vi } from 'vitest';
import { aConnector, anEvse } from '../../testing/fixtures';
import { adviseStart, chooseEvse, labelOf, mapAddress, statusOf } from './advice';

it('says what to do first by what the connector is really doing', () => {
  const ready = (status: 'available' | 'preparing' | 'occupied') =>
    adviseStart(anEvse({ connectors: [aConnector({ status })] }));
  expect(ready('available')).toBe('appFirst');
  expect(ready('preparing')).toBe('pluggedFirst');
  expect(ready('occupied')).toBe('pluggedFirst');
  for (const startability of ['busy', 'yours', 'reserved', 'faulted', 'offline'] as const)
    expect(adviseStart(anEvse({ startability }))).toBe(startability);
  expect(adviseStart(anEvse({ startability: 'out_of_service' }))).toBe('outOfService');
});

it('does not take the cable that the last charge left for a charge', () => {
  const busy = (...statuses: Schemas['ConnectorStatus'][]) =>
    adviseStart(anEvse({ startability: 'busy', connectors: statuses.map((status) => aConnector({ status })) }));
  expect(busy('finishing')).toBe('finishing');
  expect(busy('finishing', 'unavailable')).toBe('finishing');
  expect(busy('finishing', 'suspended_ev')).toBe('busy');
});

it('tells the state of the connector that is in use', () => {
  const connectors = [aConnector(), aConnector({ connector_id: 2, status: 'charging' })];
  expect(statusOf(anEvse({ connectors }))).toBe('charging');
  expect(statusOf(anEvse({ connectors, startability: 'offline' }))).toBe('offline');
  expect(statusOf(anEvse({ connectors: [] }))).toBe('unknown');
  for (const status of ['unavailable', 'faulted'] as const) {
    const broken = aConnector({ connector_id: 2, status });
    expect(statusOf(anEvse({ connectors: [broken, aConnector()] }))).toBe('available');
    expect(statusOf(anEvse({ connectors: [broken] }))).toBe(status);
  }
});

it('chooses the EVSE of the address, of the own charge, or the only one', () => {
  const evses = [anEvse(), anEvse({ evse_id: 2 }), anEvse({ evse_id: 3, startability: 'yours' })];
  expect(chooseEvse(evses, 2)?.evse_id).toBe(2);
  expect(chooseEvse(evses, 9)?.evse_id).toBe(3);
  expect(chooseEvse(evses.slice(0, 2), null)).toBeNull();
  expect(chooseEvse(evses.slice(0, 1), null)?.evse_id).toBe(1);
  expect(chooseEvse([], null)).toBeNull();
});

it('names an EVSE by what is painted on it', () => {
  expect(labelOf(anEvse({ evse_id: 2, connectors: [aConnector({ label: 'B7' })] }))).toBe('B7');
  expect(labelOf(anEvse({ evse_id: 2 }))).toBe('2');
  expect(labelOf(anEvse({ evse_id: 2, connectors: [aConnector({ label: 'a' }), aConnector({ label: 'b' })] }))).toBe(
    '2',
  );
});

it('leads to the map app of the phone', () => {
  const place = { latitude: 45.5, longitude: -9.25 };
  expect(mapAddress(place, 'A (1)')).toBe('geo:45.5,-9.25?q=45.5,-9.25(A%20(1))');
  vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue('Mozilla/5.0 (iPhone; CPU iPhone OS 18_1)');
  expect(mapAddress(place, 'A')).toBe('maps://?daddr=45.5,-9.25&q=A');
});
