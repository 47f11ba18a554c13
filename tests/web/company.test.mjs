/** Staff who come in over their company's identity provider, and the administrator who sets it up. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { ADMIN, endWithUs, Product, ROOT, soon } from './product.mjs';
import { waitFor } from './wait.mjs';

let product;
let browser;
let provider;

/** `busbar idp` in a process of its own. */
class Provider {
  static async start() {
    const made = new Provider();
    const child = spawn(join(ROOT, '.venv', 'bin', 'busbar'), ['idp', '--port', '0'], {
      stdio: ['ignore', 'pipe', 2],
    });
    made.process = endWithUs(child);
    let output = '';
    made.process.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    [, made.url] = await waitFor('the identity provider to tell its address', () => /on (http:\S+)/.exec(output));
    made.credentials = await waitFor('the identity provider to answer', async () =>
      (await fetch(`${made.url}/control/credentials`, { signal: soon() })).json(),
    );
    return made;
  }

  async send(path, body) {
    const answer = await fetch(`${this.url}/control/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: soon(),
    });
    assert.equal(answer.status, 200);
  }

  stop() {
    this.process.kill();
  }
}

before(async () => {
  [product, browser, provider] = await Promise.all([
    Product.start({ settings: { BUSBAR_IDENTITY_IS_PRIVATE_ALLOWED: 'true' } }),
    startBrowser(),
    Provider.start(),
  ]);
});

after(async () => {
  await browser?.close();
  provider?.stop();
  await product?.stop();
});

/** The console's own form has fields of these names too: what counts is that the browser is at the provider. */
async function signInThere(page, email) {
  await page.waitForURL((address) => address.href.startsWith(provider.url));
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(`${email.split('@')[0]}-signs-in`);
  await page.locator('#enter').click();
}

describe('company sign-in', () => {
  test('an administrator sets it up, and somebody comes in over it and goes', async () => {
    await visit(browser, product, { size: sizes.wide, name: 'company-setup' }, async (page, { look }) => {
      await page.goto('/staff/sign-on');
      await page.getByTestId('sign-in-email').fill(ADMIN.email);
      await page.getByTestId('sign-in-password').fill(ADMIN.password);
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('sign-on').waitFor();
      await look.at('empty');
      await page.getByTestId('sign-on-edit').click();
      await page.getByTestId('sign-on-name').fill('Example Company');
      await page.getByTestId('sign-on-issuer').fill(provider.credentials.issuer);
      await page.getByTestId('sign-on-client-id').fill(provider.credentials.client_id);
      await page.getByTestId('sign-on-secret').fill(provider.credentials.client_secret);
      const domains = page.getByTestId('sign-on-domains').locator('input');
      await domains.fill('company.example');
      await domains.press('Enter');
      await page.getByTestId('sign-on-creates').check();
      await page.getByTestId('sign-on-add-rule').click();
      await page.getByTestId('sign-on-group-0').fill('busbar-admins');
      await look.at('form');
      await page.getByTestId('sign-on-form-save').click();
      await page.getByTestId('sign-on-try').click();
      await page.getByText('It answers, with 1 key').waitFor();
      await look.at('set');
    });
    await visit(browser, product, { size: sizes.wide, name: 'company-entry' }, async (page, { look, watch }) => {
      watch.permit(provider.url);
      await page.goto('/stations');
      await page.getByTestId('sign-in-provider').waitFor();
      await look.at('door');
      await page.getByTestId('sign-in-provider').click();
      await signInThere(page, 'ada@company.example');
      await page.getByTestId('person-menu').waitFor();
      assert.match(page.url(), /\/stations$/);
      await page.getByTestId('person-menu').click();
      await page.getByTestId('sign-out').click();
      await page.getByTestId('sign-in-email').waitFor();
    });
  });

  test('whoever may not come in reads why, and can begin again', async () => {
    await visit(browser, product, { size: sizes.phone, name: 'company-refused' }, async (page, { look, watch }) => {
      watch.permit(provider.url);
      await page.goto('/sign-in');
      await page.getByTestId('sign-in-provider').click();
      watch.expect(403, '/api/v1/auth/identity-sign-in');
      await signInThere(page, 'eve@company.example');
      await page.getByTestId('provider-problem').waitFor();
      await page.getByText('None of your groups at your company is let in here.').waitFor();
      await look.at('refused');
      assert.ok(!page.url().includes('code='), page.url());
      await page.getByTestId('provider-again').click();
      await provider.send('mischief', { claims: { nonce: 'another' } });
      await page.getByTestId('sign-in-provider').click();
      watch.expect(403, '/api/v1/auth/identity-sign-in');
      await signInThere(page, 'ada@company.example');
      await page.getByText('The answer belongs to another sign-in. Begin again.').waitFor();
      await provider.send('mischief', {});
    });
  });
});
