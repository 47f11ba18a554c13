/** What an operator does with the console: see the network, look into a station, command it, enter things, answer for it. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sizes, startBrowser, visit } from './browser.mjs';
import { choose, signIn, takeAlong } from './desk.mjs';
import { ADMIN, Product } from './product.mjs';
import { Station } from './station.mjs';
import { takeBack } from './undo.mjs';
import { waitFor } from './wait.mjs';
import { addSite, addStation } from './world.mjs';

const VIEWER = { email: 'viewer@example.org', password: 'only looking around' };

let product;
let browser;
let api;
let station;

before(async () => {
  [product, browser] = await Promise.all([Product.start({ isDemo: true }), startBrowser()]);
  api = await product.signIn();
  const { site_id: siteId } = await addSite(api);
  await addStation(api, { stationId: 'TO-22-7', siteId, name: 'Colonna 7' });
  await api.put('tokens/04A1B2C3D4', { kind: 'rfid', label: 'Marco Conti' });
  station = new Station('TO-22-7');
  await station.connect(product.ocppUrl);
  await station.status('Available');
});

after(async () => {
  await station?.disconnect();
  await browser?.close();
  await product?.stop();
});

/** The demo's first visitors come within a minute: the overview shall be looked at with power flowing. */
function waitForVisitors() {
  return waitFor(
    'the demo to charge',
    async () => {
      const { power_w: powerW, open_sessions: sessions } = await api.get('overview');
      return powerW > 100_000 && sessions >= 4;
    },
    { limitMillis: 90_000 },
  );
}

function withDesk(name, options, deed) {
  return visit(browser, product, { size: sizes.wide, name: `operator-${name}`, ...options }, deed);
}

async function confirm(page) {
  await page.getByTestId('command-confirm').click();
}

async function openCommand(page, name) {
  await page.getByTestId(`command-${name}`).click();
  await page.locator(`[data-testid="command-${name}"][aria-current="true"]`).waitFor();
}

/** Follow the frames of the test's station, and open one. */
async function readWireLog(page, look) {
  await page.getByTestId('station-tab-wire').click();
  const frames = page.getByTestId('wire-frames');
  await frames.getByText('MeterValues').first().waitFor();
  await station.call('Heartbeat', {});
  await frames.getByText('Heartbeat').first().waitFor();
  await frames
    .getByRole('button')
    .filter({ hasText: /MeterValues.*measured/ })
    .first()
    .click();
  await frames.getByText('Energy.Active.Import.Register').first().waitFor();
  await look.at('wire');
  await look.paint('wire-log');
}

/** Let the console propose a layout, move a bay by keyboard, take the move back, add to it, and keep it. */
async function drawSite(page, look) {
  await page.getByTestId('layout-edit').click();
  await page.getByTestId('layout-arrange').click();
  const board = page.getByTestId('layout-board');
  const bay = board.getByRole('button', { name: /^Bay 1/ });
  await bay.focus();
  const before = await bay.getAttribute('transform');
  await page.keyboard.press('ArrowRight');
  assert.notEqual(await bay.getAttribute('transform'), before);
  await page.getByTestId('layout-undo').click();
  assert.equal(await bay.getAttribute('transform'), before);
  await page.getByTestId('layout-add-lane').click();
  await page.getByTestId('layout-label').fill('Molo');
  await look.at('layout-editor');
  await page.getByTestId('layout-save').click();
  await page
    .getByTestId('site-drawing')
    .getByRole('link', { name: /Rapida molo/ })
    .first()
    .waitFor();
  await look.at('site-drawn');
}

/** Keep filters under a name, forget them, and bring them back. */
async function keepView(page) {
  await page.goto('/stations?state=offline');
  await page.getByTestId('views-open').click();
  const views = page.getByTestId('views');
  await views.getByRole('searchbox').or(views.getByRole('textbox')).first().fill('Away now');
  await views.getByRole('button', { name: 'Keep' }).click();
  await views.getByRole('button', { name: 'Away now', exact: true }).waitFor();
  await views.getByRole('button', { name: 'Remove the view Away now' }).click();
  const isKept = (response) => response.url().endsWith('/saved-views') && response.request().method() === 'POST';
  await Promise.all([page.waitForResponse(isKept), page.getByTestId('undo').click()]);
  await page.goto('/stations');
  await page.getByTestId('views-open').click();
  await views.getByRole('button', { name: 'Away now', exact: true }).click();
  await page.waitForURL('**/stations?state=offline');
}

/** Leave a column out: the address says so, and a view keeps it. */
async function hideColumn(page, look) {
  const heads = page.getByTestId('tokens').getByRole('columnheader');
  const before = await heads.count();
  await page.getByTestId('columns-open').click();
  await page.getByTestId('column-group').uncheck();
  await waitFor('the column to go', async () => (await heads.count()) === before - 1);
  assert.match(page.url(), /hide=group/);
  await look.shoot('columns');
  await page.keyboard.press('Escape');
  const { name, content } = await takeAlong(page, 'xlsx');
  assert.match(name, /^busbar-tokens-.*\.xlsx$/);
  assert.equal(content.subarray(0, 2).toString(), 'PK');
  assert.ok(content.includes('04DEADBEEF01'), 'the workbook holds the token');
}

/** The audit log as a file: of what the search finds, with who did it by name. */
async function takeAuditAlong(page) {
  await page.getByTestId('audit-action').fill('station.');
  await page.waitForURL('**/audit?action=station.');
  await page.locator('#main table').getByText('station.create').first().waitFor();
  const { name, content } = await takeAlong(page, 'csv');
  assert.match(name, /^busbar-audit-.*\.csv$/);
  const lines = content.toString().trim().split('\r\n');
  const entry = lines.find((line) => line.includes('station.create') && line.includes('GE-50-1'));
  assert.ok(entry, 'the entry of the new station stands in the file');
  assert.match(entry, /staff:\w+,[^,]+,/, 'with the name of who made it');
  assert.ok(
    lines.slice(1).every((line) => line.includes('station.')),
    'and nothing that the search leaves out',
  );
}

describe('the console', () => {
  test('an operator filters the stations, opens one, and watches a charge in the wire log and in its session', async () => {
    await withDesk('station', { size: sizes.narrow }, async (page, { look }) => {
      await page.goto('/stations');
      await signIn(page);
      await page.getByTestId('station-status-FREE-MI-1').waitFor();
      await look.at('stations', { sizes: [sizes.narrow, sizes.wide, sizes.phone] });
      await page.getByTestId('station-search').fill('Colonna 7');
      await page.getByTestId('station-status-FREE-MI-1').waitFor({ state: 'detached' });
      await page.getByTestId('station-status-TO-22-7').waitFor();
      await page.getByRole('link', { name: 'Colonna 7' }).click();
      await page.locator('[data-testid="connector-status-1-1"][data-state="available"]').waitFor();
      await look.at('free');

      await page.getByTestId('evse-start-1').click();
      await page.locator('[data-testid="start-token"] input, input[data-testid="start-token"]').fill('04A1B2C3D4');
      await look.shoot('start-dialog');
      await page.getByTestId('start-submit').click();
      const { idTag } = await station.takeAsked('RemoteStartTransaction');
      assert.equal(idTag, '04A1B2C3D4');
      await page.waitForURL('**/sessions/*');
      await station.status('Preparing');
      await station.startTransaction({ idTag });
      await station.status('Charging');
      await station.meter({ energyWh: '0', powerW: '7713.6', current: '31.99', soc: 41 });
      await waitFor('the power', async () => (await page.getByTestId('session-power').textContent()).includes('7.7'));
      await station.meter({ energyWh: '2204.4', powerW: '7701.0', current: '31.94', soc: 46 });
      await waitFor('the energy', async () => (await page.getByTestId('session-energy').textContent()).includes('2.2'));
      await look.at('session-running', { isFull: true });
      await page.goto('/stations/TO-22-7');
      await page.getByTestId('evse-session-1').waitFor();
      await look.at('charging', { isFull: true });
      await look.paint('station');

      await readWireLog(page, look);
      await page.getByTestId('station-tab-now').click();
      await page.getByTestId('evse-session-1').click();
      await page.getByTestId('session-stop').click();
      await page.getByTestId('ask-yes').click();
      await station.takeAsked('RemoteStopTransaction');
      await station.stopTransaction({ meterStop: 6379, register: '6379.259277', reason: 'EVDisconnected' });
      await station.status('Available');
      await page.getByTestId('session-stop-reason').waitFor();
      assert.match(await page.getByTestId('session-stop-reason').textContent(), /EVDisconnected/);
      await waitFor('the energy', async () => (await page.getByTestId('session-energy').textContent()).includes('6.3'));
      await page.locator('[data-testid="session-curve"] canvas').waitFor();
      const said = page.getByTestId('session-frame-lines');
      await said.getByText('Busbar asks to start charging with token 04A1B2C3D4').waitFor();
      await said.getByText(/Transaction \d+ has ended/).waitFor();
      await look.at('session', { isFull: true, sizes: [sizes.narrow, sizes.wide, sizes.phone] });
      await page.getByTestId('session-curve').getByText('Table').click();
      await page.getByTestId('curve-table').getByRole('row').nth(1).waitFor();
      await look.at('session-table');

      await page.getByTestId('nav-sessions').click();
      await page.locator('[data-testid="sessions"] tbody tr.ant-table-row').first().waitFor();
      await look.at('sessions', { sizes: [sizes.narrow, sizes.wide, sizes.phone] });
    });
  });

  test('an hour of charging is drawn from its first reading to its last', async () => {
    const energyWh = await station.playCharge({ idTag: '04A1B2C3D4', minutes: 64 });
    await withDesk('curve', {}, async (page, { look }) => {
      await page.goto('/stations/TO-22-7?tab=sessions');
      await signIn(page);
      await page.getByText('1:04:00').first().waitFor();
      await page.locator('tr.ant-table-row', { hasText: '1:04:00' }).locator('a').first().click();
      const energy = page.getByTestId('session-energy');
      await waitFor('the energy', async () => (await energy.textContent()).includes((energyWh / 1000).toFixed(1)));
      await page.locator('[data-testid="session-curve"] canvas').waitFor();
      await look.paint('session');
      await look.at('session', { isFull: true });
    });
  });

  test('an operator commands a station and reads its own answers', async () => {
    await withDesk('commands', {}, async (page, { look }) => {
      await page.goto('/stations/TO-22-7?tab=commands');
      await signIn(page);
      await openCommand(page, 'reset');
      await page.getByTestId('command-send').click();
      await look.shoot('reset-confirm');
      await confirm(page);
      assert.deepEqual(await station.takeAsked('Reset'), { type: 'Soft' });
      await page.getByTestId('command-answer').waitFor();
      assert.match(await page.getByTestId('command-answer').textContent(), /Accepted/);
      await look.at('reset');

      await openCommand(page, 'unlock');
      await choose(page, 'command-evse', 'EVSE 1');
      await page.getByTestId('command-send').click();
      assert.deepEqual(await station.takeAsked('UnlockConnector'), { connectorId: 1 });
      await page.getByTestId('command-answer').waitFor();

      await openCommand(page, 'raw');
      await page
        .locator('[data-testid="command-action"] input, input[data-testid="command-action"]')
        .fill('GetConfiguration');
      await page.keyboard.press('Escape');
      await page.getByTestId('command-payload').fill('{"key": ["HeartbeatInterval"]}');
      await page.getByTestId('command-send').click();
      assert.deepEqual(await station.takeAsked('GetConfiguration'), { key: ['HeartbeatInterval'] });
      await page.getByTestId('command-answer').getByText('MeterValueSampleInterval').first().waitFor();
      await look.at('raw');

      await page.getByTestId('station-tab-now').click();
      await page.locator('.bc-day-moment').first().waitFor();
      const cut = await page.evaluate(
        () =>
          [...document.querySelectorAll('.bc-day-moment svg')].filter((mark) => {
            const [inner, outer] = [mark, mark.closest('.bc-day-lane')].map((each) => each.getBoundingClientRect());
            return inner.left < outer.left || inner.right > outer.right;
          }).length,
      );
      assert.equal(cut, 0, 'marks of what happened just now reach over the end of the day');

      await page.getByTestId('station-tab-settings').click();
      await page.getByTestId('settings-read').click();
      await page.getByTestId('settings').getByText('HeartbeatInterval').first().waitFor();
      await look.at('settings');
      await page.getByTestId('station-tab-history').click();
      await page.getByTestId('history').getByText('Connected').first().waitFor();
      await look.at('history');
      await page.getByTestId('station-tab-sessions').click();
      await page.locator('#main table tbody tr.ant-table-row').first().waitFor();
      await look.at('sessions');
    });
  });

  test('a station that nobody entered waits, and an operator accepts it', async () => {
    const stranger = new Station('NEW-0042');
    assert.equal((await stranger.connect(product.ocppUrl)).status, 'Pending');
    await withDesk('pending', {}, async (page, { look }) => {
      await page.goto('/stations?registration=pending');
      await signIn(page);
      await page.locator('[data-testid="station-status-NEW-0042"][data-state="pending"]').waitFor();
      await page.getByRole('link', { name: 'NEW-0042' }).click();
      await page.getByTestId('station-accept-NEW-0042').waitFor();
      await look.at('pending');
      await page.getByTestId('station-accept-NEW-0042').click();
      await page.getByTestId('station-accept-NEW-0042').waitFor({ state: 'detached' });
    });
    const { status } = await stranger.call('BootNotification', {
      chargePointVendor: 'Elettra',
      chargePointModel: 'E22',
    });
    assert.equal(status, 'Accepted');
    await stranger.disconnect();
  });

  test('an operator enters a site, a station, a driver and a token, and finds it all in the audit log', async () => {
    await withDesk('entries', {}, async (page, { look }) => {
      await page.goto('/sites');
      await signIn(page);
      await page.locator('[data-testid="sites"] tbody tr.ant-table-row').first().waitFor();
      await look.at('sites');
      await page.getByTestId('site-create').click();
      await page.getByTestId('site-form-name').fill('Genova Molo');
      await page
        .locator('[data-testid="site-form-latitude"] input, input[data-testid="site-form-latitude"]')
        .fill('44.4072');
      await page
        .locator('[data-testid="site-form-longitude"] input, input[data-testid="site-form-longitude"]')
        .fill('8.9298');
      await page.locator('.bb-map-place').first().waitFor();
      await look.at('site-form');
      await page.getByTestId('site-form-save').click();
      await page.waitForURL(/\/sites\/[^?]+$/);
      await page.getByRole('heading', { level: 1, name: 'Genova Molo' }).waitFor();

      await page.getByTestId('nav-stations').click();
      await page.getByTestId('station-create').click();
      await page.getByTestId('station-form-id').fill('GE-50-1');
      await page.getByTestId('station-form-name').fill('Rapida molo');
      await choose(page, 'station-form-site', 'Genova Molo');
      await page.getByTestId('connector-add').click();
      await look.at('station-form');
      await page.getByTestId('station-form-save').click();
      await page.getByTestId('secret').waitFor();
      const password = (await page.getByTestId('secret').textContent()).trim();
      await look.shoot('station-password');
      await page.keyboard.press('Escape');
      const entered = new Station('GE-50-1', { password });
      assert.equal((await entered.connect(product.ocppUrl)).status, 'Accepted');
      await entered.disconnect();

      await page.goto('/sites');
      await page.getByRole('link', { name: 'Genova Molo' }).click();
      await drawSite(page, look);
      await keepView(page);

      await page.goto('/drivers');
      await page.getByTestId('driver-create').click();
      await page.getByTestId('driver-form-name').fill('Elena Riva');
      await page.getByTestId('driver-form-email').fill('elena@example.org');
      await look.at('driver-form');
      await page.getByTestId('driver-form-save').click();
      await page.getByTestId('drivers').getByText('Elena Riva').waitFor();
      await look.at('drivers');

      await page.getByTestId('sub-tokens').click();
      await page.locator('[data-testid="tokens"] tbody tr.ant-table-row').first().waitFor();
      await look.at('tokens');
      await page.getByTestId('token-create').click();
      await page.getByTestId('token-form-value').fill('04DEADBEEF01');
      await page.getByTestId('token-form-label').fill('Elena, blue');
      await look.at('token-form', { isFull: true });
      await page.getByTestId('token-form-save').click();
      await page.getByTestId('tokens').getByText('04DEADBEEF01').waitFor();
      await takeBack(page, look, api);
      await hideColumn(page, look);

      await page.getByTestId('nav-audit').click();
      await page.locator('#main table').getByText('GE-50-1').first().waitFor();
      await look.at('audit');
      await takeAuditAlong(page);
      await page.getByTestId('person-menu').click();
      await page.getByTestId('sign-out').click();
      await page.getByTestId('sign-in-submit').waitFor();
    });
    const { items } = await api.get('audit?limit=100');
    const deeds = new Set(items.map(({ action }) => action));
    for (const deed of ['site.create', 'station.create', 'driver.create', 'token.create'])
      assert.ok(deeds.has(deed), `${deed} is among ${[...deeds]}`);
  });

  test('the pages that draw stand as well', async () => {
    await withDesk('pages', {}, async (page, { look }) => {
      await page.goto('/operations');
      await signIn(page);
      await page.getByTestId('operations').locator('canvas').first().waitFor();
      await look.at('operations', { sizes: [sizes.wide, sizes.narrow, sizes.phone], isFull: true });
      await page.goto('/sites');
      await page.getByRole('link', { name: 'Milano Scalo' }).click();
      await page.getByRole('heading', { level: 1, name: 'Milano Scalo' }).waitFor();
      await look.at('site', { sizes: [sizes.wide, sizes.narrow, sizes.phone], isFull: true });
      await look.paint('site');
    });
  });

  test('an operator signs in and sees the network live', async () => {
    await waitForVisitors();
    await withDesk('overview', {}, async (page, { look, watch }) => {
      await page.goto('/');
      await page.getByTestId('sign-in-email').waitFor();
      await look.at('sign-in');
      watch.expect(401, '/auth/sign-in');
      await page.getByTestId('sign-in-email').fill(ADMIN.email);
      await page.getByTestId('sign-in-password').fill('not this one');
      await page.getByTestId('sign-in-submit').click();
      await page.getByTestId('sign-in-problem').waitFor();
      await look.shoot('wrong-password');
      await signIn(page);
      await page.locator('[data-testid="live-mark"][data-live="true"]').waitFor();
      const power = page.getByTestId('overview-power');
      await waitFor('power', async () => /[1-9].*[kM]W/.test(await power.textContent()));
      await page.locator('.bb-map-place, .bb-map-cluster').first().waitFor();
      await look.at('overview', { sizes: [sizes.wide, sizes.narrow, sizes.phone] });
      await look.paint('console');
      const sessions = page.getByTestId('overview-sessions');
      const before = await sessions.textContent();
      await station.startTransaction({ idTag: '04A1B2C3D4' });
      await waitFor('the new session to be counted', async () => (await sessions.textContent()) !== before);
      await station.stopTransaction({ meterStop: 0, reason: 'Local' });
    });
  });

  for (const language of ['zh', 'it'])
    test(`the console speaks ${language} to whoever chooses it`, async () => {
      await withDesk(language, {}, async (page, { look }) => {
        await page.goto('/');
        await page.getByTestId('language-menu').click();
        await page.getByTestId(`language-${language}`).click();
        await waitFor('the language', async () =>
          (await page.evaluate(() => document.documentElement.lang)).startsWith(language),
        );
        await look.shoot('sign-in');
        await signIn(page);
        await page.getByTestId('overview-power').waitFor();
        await look.shoot('overview');
      });
    });

  test('who may only look finds nothing to change', async () => {
    await api.post('staff', { ...VIEWER, display_name: 'Vera Viewer', role: 'viewer' });
    await withDesk('viewer', {}, async (page, { look }) => {
      await page.goto('/stations');
      await signIn(page, VIEWER);
      await page.getByTestId('stations').waitFor();
      await look.shoot('stations');
      const controls = [
        ['/stations', ['station-create']],
        ['/sites', ['site-create', 'site-edit']],
        ['/drivers', ['driver-create']],
        ['/tokens', ['token-create']],
        ['/groups', ['group-create']],
        ['/profiles', ['profile-create']],
        ['/stations/TO-22-7', ['evse-start-1', 'station-edit']],
        ['/stations/TO-22-7?tab=commands', ['command-send']],
        ['/stations/TO-22-7?tab=settings', ['settings-read']],
      ];
      for (const [path, absent] of controls) {
        await page.goto(path);
        await page.locator('#main h1').waitFor();
        await look.shoot(path.replaceAll(/\W+/g, '-'));
        for (const testId of absent) assert.equal(await page.getByTestId(testId).count(), 0, `${testId} at ${path}`);
      }
      for (const name of ['staff', 'apiKeys', 'audit']) assert.equal(await page.getByTestId(`nav-${name}`).count(), 0);
    });
  });

  test('a lost network is told, and the console comes back by itself', async () => {
    await withDesk('offline', {}, async (page, { look, watch, context }) => {
      await page.goto('/');
      await signIn(page);
      await page.locator('[data-testid="live-mark"][data-live="true"]').waitFor();
      await page.locator('.bb-map-place, .bb-map-cluster').first().waitFor();
      await watch.whileOffline(async () => {
        await context.setOffline(true);
        await page.locator('[data-testid="live-mark"][data-live="false"]').waitFor({ timeout: 60_000 });
        await look.shoot('overview');
        await context.setOffline(false);
        await page.locator('[data-testid="live-mark"][data-live="true"]').waitFor({ timeout: 40_000 });
      });
    });
  });
});
