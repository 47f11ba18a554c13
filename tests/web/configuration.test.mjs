/** An operator who keeps how stations are to be set, sees where one differs, and writes it to the station. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, endWithUs, Product, ROOT } from './product.mjs';
import { waitFor } from './wait.mjs';

let product;
let browser;
let station;
let api;

before(async () => {
  [product, browser] = await Promise.all([
    Product.start({ settings: { BUSBAR_STATION_REGISTRATION: 'accepted' } }),
    startBrowser(),
  ]);
  station = endWithUs(
    spawn(
      join(ROOT, '.venv', 'bin', 'busbar'),
      ['simulate', '--url', product.ocppUrl, '--count', '1', '--station-id', 'DESK-1', '--arrivals-per-h', '0'],
      { stdio: ['ignore', 'ignore', 2] },
    ),
  );
  api = await product.signIn();
  await waitFor('the station to come', async () => (await api.get('stations')).items[0]?.is_online);
});

after(async () => {
  await browser?.close();
  station?.kill('SIGINT');
  await product?.stop();
});

describe('configuration', () => {
  test('a template is kept, a station differs from it, and is set', async () => {
    await visit(browser, product, { size: sizes.wide, name: 'configuration' }, async (page, { look }) => {
      await page.goto('/configurations');
      await page.getByTestId('sign-in-email').fill(ADMIN.email);
      await page.getByTestId('sign-in-password').fill(ADMIN.password);
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('configuration-create').first().waitFor();
      await look.at('none');
      await page.getByTestId('configuration-create').first().click();
      await page.getByTestId('configuration-form-name').fill('Yard');
      await page.getByTestId('configuration-form-lines').fill('HeartbeatInterval = 240\nnothing');
      await page.getByTestId('configuration-form-save').click();
      await page.getByText('Line 2 is no setting').waitFor();
      await page
        .getByTestId('configuration-form-lines')
        .fill('HeartbeatInterval = 240\nWebSocketPingInterval = 30\nNumberOfConnectors = 9\nLightIntensity = 80');
      await look.at('form');
      await page.getByTestId('configuration-form-save').click();
      await page.getByTestId('configurations').getByText('Yard').waitFor();
      await look.at('list');

      await page.goto('/stations/DESK-1?tab=settings');
      await page.getByTestId('settings-read').click();
      await page.getByTestId('settings').getByText('HeartbeatInterval').waitFor();
      await page.getByTestId('configuration-choose').click();
      await page.locator('.ant-select-dropdown:visible').getByText('Yard').click();
      await page.getByTestId('configuration-differences').getByText('WebSocketPingInterval').waitFor();
      await look.at('differences');
      await page.getByTestId('configuration-apply').click();
      await page.getByTestId('ask-yes').click();
      await page.getByTestId('configuration-results').getByText('RebootRequired').waitFor();
      await look.at('written');
      await page.getByTestId('configuration-differences').getByText('NumberOfConnectors').waitFor();

      await page.goto('/stations');
      await page.getByTestId('stations-select-DESK-1').check();
      await page.getByTestId('bulk-open').click();
      await page.getByTestId('bulk-applyTemplate').click();
      await page.getByTestId('bulk-confirm').click();
      await page.getByTestId('bulk-sum').getByText('1 done, 0 not, of 1').waitFor();
    });
    const { differences } = await api.get('stations/DESK-1/configuration');
    assert.deepEqual(
      differences.map(({ variable, kind }) => [variable, kind]),
      [['NumberOfConnectors', 'read_only']],
    );
  });
});
