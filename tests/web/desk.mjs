/** What staff do at the console again and again. */

import { readFile } from 'node:fs/promises';
import { ADMIN } from './product.mjs';
import { within } from './wait.mjs';

/** Sign in on the page where one is asked to. */
export async function signIn(page, { email, password } = ADMIN) {
  await page.getByTestId('sign-in-email').fill(email);
  await page.getByTestId('sign-in-password').fill(password);
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('person-menu').waitFor();
}

/** Choose from a list that opens: antd's own, drawn at the end of the page. */
export async function choose(page, testId, title) {
  await page.getByTestId(testId).click();
  await page.locator(`.ant-select-dropdown:visible .ant-select-item-option[title="${title}"]`).click();
}

/** Take a list along as a file of this format; returns its name and bytes. */
export async function takeAlong(page, format) {
  await page.getByTestId('export-open').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(`export-${format}`).click()]);
  const name = download.suggestedFilename();
  return { name, content: await readFile(await within(`fetching ${name}`, download.path())) };
}
