/** From the QR label to the station by the camera of the phone, in a browser without a reader of its own. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { CameraBrowser, drawLabel } from './camera.mjs';
import { Product } from './product.mjs';
import { addSite, addStation } from './world.mjs';

let product;
let camera;
let blind;
let label;

before(async () => {
  // `blind`: as a phone whose camera is not allowed, or that has none.
  [product, camera, blind] = await Promise.all([Product.start(), CameraBrowser.start(), startBrowser()]);
  const api = await product.signIn();
  const { site_id: siteId } = await addSite(api);
  await addStation(api, { stationId: 'TO-22-1', siteId, name: 'Colonna 1' });
  label = await api.text('stations/TO-22-1/qr?evse_id=1');
});

after(async () => {
  await Promise.all([camera?.close(), blind?.close()]);
  await product?.stop();
});

function withPhone(browser, name, options, deed) {
  return visit(browser, product, { size: sizes.phone, name: `scan-${name}`, ...options }, deed);
}

function inState(page, state) {
  return page.locator(`[data-testid="camera"][data-state="${state}"]`);
}

/** What the phones of this test are without: the reader that some browsers have. */
function hasOwnReader(page) {
  return page.evaluate(() => 'BarcodeDetector' in window);
}

describe('scanning', () => {
  test('the label leads to its connector, with a reader of our own that is fetched when it is needed', async () => {
    await withPhone(camera.browser, 'label', { permissions: ['camera'] }, async (page, { look, watch }) => {
      await page.goto('/app/');
      await page.getByTestId('tab-code').waitFor();
      assert.equal(await hasOwnReader(page), false);
      assert.ok(!watch.requests.some((url) => /decoder|\.wasm/.test(url)), 'not part of the first load');
      await page.getByTestId('tab-code').click();
      await inState(page, 'looking').waitFor(); // allowed before: nothing to press
      await look.at('looking');
      await camera.show(label);
      await page.reload();
      await page.waitForURL('**/app/s/TO-22-1/1');
      await page.getByTestId('evse-1').waitFor();
      assert.ok(watch.requests.some((url) => url.endsWith('.wasm')));
    });
  });

  test('a label of another network is told, and another can be scanned', async () => {
    await camera.show(await drawLabel('https://other.example/evse/X-1'));
    await withPhone(camera.browser, 'foreign', { locale: 'zh-CN', permissions: ['camera'] }, async (page, given) => {
      given.watch.expect(404, '/driver/lookup');
      await page.goto('/app/code');
      await page.getByText('other.example').waitFor();
      await given.look.at('other-network');
      await camera.show(label);
      await page.getByTestId('scan').click();
      await page.waitForURL('**/app/s/TO-22-1/1');
    });
  });

  test('without leave for the camera the code is typed', async () => {
    await withPhone(camera.browser, 'denied', { locale: 'it-IT' }, async (page, { look }) => {
      await page.goto('/app/code');
      await page.getByTestId('scan').click();
      await inState(page, 'denied').waitFor();
      await look.at('denied', { isFull: true });
      await page.getByTestId('code').fill('TO-22-1/1');
      await page.getByTestId('code-submit').click();
      await page.waitForURL('**/app/s/TO-22-1/1');
    });
  });

  test('a phone without a camera, and one whose camera another app uses, say so', async () => {
    await withPhone(blind, 'absent', { permissions: ['camera'] }, async (page, { look }) => {
      await page.goto('/app/code');
      await inState(page, 'absent').waitFor();
      await look.at('absent', { isFull: true });
      await page.evaluate(() => {
        navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException('in use', 'NotReadableError');
        };
      });
      await page.getByTestId('camera-retry').click();
      await inState(page, 'busy').waitFor();
      await look.shoot('busy');
    });
  });
});
