/** An administrator: what other systems are told, and who comes in how. */

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, Product, soon } from './product.mjs';
import { Receiver } from './receiver.mjs';
import { waitFor } from './wait.mjs';

let product;
let browser;
let receiver;

before(async () => {
  [product, browser, receiver] = await Promise.all([
    Product.start({ settings: { BUSBAR_WEBHOOK_IS_PRIVATE_ALLOWED: 'true' } }),
    startBrowser(),
    new Receiver().start(),
  ]);
});

after(async () => {
  await browser?.close();
  await receiver?.stop();
  await product?.stop();
});

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MILLIS = 30_000;

/** The code that an authenticator app shows so many steps from now. */
function codeOf(secret, stepsAhead = 0) {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MILLIS) + stepsAhead));
  const digest = createHmac('sha1', key).update(step).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A device that makes and uses passkeys without asking anybody. */
async function plugInAuthenticator(page, context) {
  const tools = await context.newCDPSession(page);
  await tools.send('WebAuthn.enable');
  await tools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function signOut(page) {
  await page.getByTestId('person-menu').click();
  await page.getByTestId('sign-out').click();
  await page.getByTestId('sign-in-email').waitFor();
}

async function signIn(page, to) {
  await page.goto(to);
  await page.getByTestId('sign-in-email').fill(ADMIN.email);
  await page.getByTestId('sign-in-password').fill(ADMIN.password);
  await page.getByTestId('sign-in-submit').click();
}

describe('administration', () => {
  test('a webhook is made, tested, fails, and is sent again', async () => {
    await visit(browser, product, { size: sizes.wide, name: 'webhooks' }, async (page, { look }) => {
      await signIn(page, '/webhooks');
      await page.getByTestId('webhook-create').first().click();
      await page.getByTestId('webhook-form-name').fill('Billing');
      await page.getByTestId('webhook-form-url').fill(receiver.url);
      await page.getByTestId('webhook-form-save').click();
      const secret = await page.getByTestId('secret').innerText();
      await page.getByRole('button', { name: 'Done' }).click();

      receiver.answers = [500];
      await page.getByTestId('webhook-test').click();
      await page.getByTestId('deliveries').getByText('Given up').waitFor();
      const [message] = receiver.messages;
      assert.equal(message.data.type, 'WebhookTested');
      assert.ok(receiver.isGenuine(message, secret));
      await look.at('webhook');
      await page.getByText('WebhookTested').click();
      await page.getByTestId('attempts').getByText('500').waitFor();
      await page.getByTestId('delivery-replay').click();
      await page.getByTestId('attempts').getByText('204').waitFor();
      await look.at('delivery');
      assert.equal(receiver.messages[1].headers['webhook-id'], message.headers['webhook-id']);
      await page.keyboard.press('Escape');

      const api = await product.signIn();
      await api.post('stations', { station_id: 'TOLD-1' });
      await waitFor('the station to be told', () =>
        receiver.messages.find(({ data }) => data.type === 'StationRegistered' && data.data.station_id === 'TOLD-1'),
      );
      await page.goto('/webhooks');
      await page.getByTestId('webhooks').getByText('Billing').waitFor();
      await look.at('webhooks');
      await page.goto('/stations/TOLD-1?tab=history');
      await page.getByTestId('audit-trail').getByText('station.create').waitFor();
      await look.at('trail');

      await page.goto('/app-brand');
      await page.getByTestId('brand-name').fill('Piazza Carica');
      await page.locator('.bc-brand-previews').getByText('Piazza Carica').nth(1).waitFor();
      await look.at('brand', { isFull: true });
      await page.getByTestId('brand-save').click();
      await waitFor('the app to be called so', async () => {
        const answer = await fetch(`${product.httpUrl}/api/v1/driver/manifest`, { signal: soon() });
        return (await answer.json()).name === 'Piazza Carica';
      });
    });
  });

  test('an app and a passkey prove who one is, and sign-ins are seen', async () => {
    const local = { httpUrl: product.httpUrl.replace('127.0.0.1', 'localhost') };
    await visit(browser, local, { size: sizes.wide, name: 'factors' }, async (page, { look, watch, context }) => {
      await plugInAuthenticator(page, context);
      await signIn(page, '/account');
      await page.getByTestId('totp-begin').click();
      const secret = await page.getByTestId('totp-secret').innerText();
      await look.at('enrol');
      await page.getByTestId('factor-code').fill(codeOf(secret));
      await page.getByTestId('factor-code-send').click();
      await page.getByTestId('recovery-codes').waitFor();
      assert.equal(await page.getByTestId('recovery-codes').getByRole('listitem').count(), 10);
      await page.getByTestId('recovery-codes-kept').click();
      await signOut(page);

      watch.expect(401, '/auth/sign-in');
      await signIn(page, '/account');
      await page.getByTestId('sign-in-code').fill(codeOf(secret, 1));
      await look.at('code');
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('passkey-add').click();
      await page.getByTestId('passkeys').getByRole('listitem').waitFor();
      await look.at('account');
      await signOut(page);

      await page.getByTestId('sign-in-passkey').click();
      await page.getByTestId('person-menu').waitFor();
      await page.goto('/staff');
      await page.getByTestId('factor-policy').waitFor();
      await page.getByTestId('staff').getByRole('link').first().click();
      await page.getByTestId('staff-security').getByText('passkey', { exact: false }).first().waitFor();
      await look.at('staff');
    });
  });
});
