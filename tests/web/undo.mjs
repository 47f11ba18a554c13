/** What staff take back at the console. */

import assert from 'node:assert/strict';
import { choose } from './desk.mjs';

/** Block a token and delete it, and take both back, by the button and by the keys: it stands as it stood. */
export async function takeBack(page, look, api) {
  const entered = ({ token_id: _id, created_at: _made, changed_at: _at, ...values }) => values;
  const before = await api.get('tokens/04DEADBEEF01');
  const open = () => page.getByTestId('tokens').getByText('04DEADBEEF01').click();
  // It stays as long as somebody stands in it; while the form is open, that holds the focus.
  const stay = async () => {
    await page.getByTestId('token-form').waitFor({ state: 'hidden' });
    await page.getByTestId('undo').focus();
    await page.locator('[data-testid="undo"]:focus').waitFor();
  };
  const isTold = () => page.getByText('Taken back').first().waitFor();

  await open();
  await choose(page, 'token-form-status', 'Blocked');
  await page.getByTestId('token-form-save').click();
  await stay();
  assert.equal((await api.get('tokens/04DEADBEEF01')).status, 'blocked');
  await look.at('undo');
  await page.getByTestId('undo').click();
  await isTold();
  assert.deepEqual(entered(await api.get('tokens/04DEADBEEF01')), entered(before));
  await page.getByText('Taken back').waitFor({ state: 'hidden' });

  await open();
  await page.getByTestId('token-delete').click();
  await stay();
  const { items } = await api.get('tokens?q=04DEADBEEF01');
  assert.deepEqual(items, [], 'the token is gone');
  await page.keyboard.press('Control+z');
  await isTold();
  assert.deepEqual(entered(await api.get('tokens/04DEADBEEF01')), entered(before));
  await page.getByTestId('tokens').getByText('04DEADBEEF01').waitFor();
}
