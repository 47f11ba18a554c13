/** What a test enters beforehand, as an operator's program would: by the API. */

import assert from 'node:assert/strict';
import { Api, soon } from './product.mjs';
import { Station } from './station.mjs';
import { waitFor } from './wait.mjs';

const TORINO = {
  name: 'Torino Porta Susa',
  address: 'Corso Inghilterra 7',
  city: 'Torino',
  country: 'IT',
  latitude: 45.0718,
  longitude: 7.6655,
  time_zone: 'Europe/Rome',
};

/** A public site in Turin. */
export function addSite(api) {
  return api.post('sites', TORINO);
}

/** A station with one three-phase connector of 22 kW, unless told otherwise. */
export async function addStation(api, { stationId, siteId, name = '', evses = 1 }) {
  const { station } = await api.post('stations', {
    station_id: stationId,
    site_id: siteId,
    name,
    registration: 'accepted',
    connectors: Array.from({ length: evses }, (_, index) => ({
      evse_id: index + 1,
      kind: 'type2',
      power_kind: 'ac3',
      max_power_w: 22_000,
    })),
  });
  return station;
}

/** A station of the test's own, entered, connected and free. */
export async function plant(product, api, entry) {
  await addStation(api, entry);
  const station = new Station(entry.stationId);
  assert.equal((await station.connect(product.ocppUrl)).status, 'Accepted');
  await station.status('Available');
  return station;
}

/** A driver with an account and, if wished, money in the wallet; returns its id and its API. */
export async function signUpDriver(product, api, { email, password, name, gift = 0 }) {
  const door = `${product.httpUrl}/api/v1/`;
  const { token } = await new Api(door).post('driver/sign-up', { email, password, display_name: name });
  const { items } = await api.get(`drivers?q=${encodeURIComponent(email)}`);
  const driverId = items[0].driver_id;
  if (gift) await api.post(`drivers/${driverId}/wallet/adjust`, { amount: gift, reason: 'a gift' });
  return { driverId, api: new Api(door, token) };
}

/** Pay into a driver's wallet over the demo's provider, by a test number on its own page; returns the payment. */
export async function payIn(driver, amount) {
  const wish = { provider: 'stripe', amount, currency: 'EUR' };
  const payment = await driver.api.post('driver/top-ups', wish);
  const card = new URLSearchParams({ number: '4242424242424242', expiry: '12 / 34', cvc: '123', step: 'pay' });
  await fetch(payment.page_url, { method: 'POST', body: card, redirect: 'manual', signal: soon() });
  return waitFor('the payment to be taken', async () => {
    const now = await driver.api.get(`driver/payments/${payment.payment_id}`);
    return now.state === 'captured' && now;
  });
}
