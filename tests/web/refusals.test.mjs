/** Who sets a station up: what the station does wrong at the door is told while it tries. */

import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, Product } from './product.mjs';
import { within } from './wait.mjs';

let product;
let browser;
let api;

before(async () => {
  [product, browser] = await Promise.all([Product.start({ isDemo: true }), startBrowser()]);
  api = await product.signIn();
});

after(async () => {
  await browser?.close();
  await product?.stop();
});

async function signIn(page) {
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('person-menu').waitFor();
}

describe("the stations' door", () => {
  test('whoever sets a station up is told what it does wrong at the door, and what to change', async () => {
    await api.post('stations', { station_id: 'SET-UP-1', name: 'Nuova' });
    await api.put('stations/SET-UP-1/password', { password: 'right-password-01' });
    const door = product.ocppUrl;
    const knock = (url, protocols) => {
      const refused = new Promise((resolve) => {
        const socket = new WebSocket(url, protocols);
        socket.addEventListener('close', resolve);
        socket.addEventListener('error', resolve);
      });
      return within(`${url} to refuse`, refused);
    };
    await visit(browser, product, { size: sizes.wide, name: 'door-refusals' }, async (page, { look }) => {
      await page.goto('/stations/SET-UP-1');
      await signIn(page);
      await page.getByTestId('arrival').waitFor();
      await knock(`${door.replace(/\/ocpp.*$/, '')}/central/SET-UP-1`, ['ocpp1.6']);
      await page.getByTestId('refusal-wrong_path').waitFor();
      await knock(`${door}/SET-UP-1`, ['ocpp1.5']);
      await page.getByTestId('refusal-unknown_protocol').waitFor();
      await knock(`${door}/SET-UP-1`, ['ocpp1.6']);
      await page.getByTestId('refusal-no_credentials').waitFor();
      await knock(door.replace('ws:', 'wss:'), ['ocpp1.6']);
      await page.getByTestId('refusal-tls_on_plain_port').waitFor();
      await look.at('refused-at-the-door', { isFull: true });
      await page.getByTestId('nav-wire').click();
      await page.getByTestId('sub-refusals').click();
      await page.locator('[data-testid="refusals"] tbody tr.ant-table-row').nth(3).waitFor();
      await look.at('refusals');
      await page.getByTestId('refusals').getByRole('link', { name: 'SET-UP-1' }).first().click();
      await page.getByTestId('arrival').waitFor();
    });
  });
});
