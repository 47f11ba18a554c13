/**
 * The apps for the stores, made around the driver app: `node native.mjs brand`, `node native.mjs make android ios`.
 * What they are called, look like and open stands in `native.json`, or in the file that BUSBAR_NATIVE names.
 */

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const here = import.meta.dirname;
const file = resolve(process.env.BUSBAR_NATIVE ?? join(here, 'native.json'));
const platforms = ['android', 'ios'];
const ID = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const COLOUR = /^#[0-9a-f]{6}$/i;
const DENSITIES = ['mdpi', 'hdpi', 'xhdpi', 'xxhdpi', 'xxxhdpi'];

/** What the phone tells a person who is asked for leave. */
const reasons = {
  NSCameraUsageDescription: 'To read the QR code on a station, and for photos of a problem.',
  NSLocationWhenInUseUsageDescription: 'To show the stations near you.',
};

function tell(words) {
  process.stdout.write(`${words}\n`);
}

function fail(words) {
  process.stderr.write(`${words}\n`);
  process.exit(1);
}

function readSettings() {
  const app = JSON.parse(readFileSync(file, 'utf8'));
  const server = URL.canParse(app.server) ? new URL(app.server) : null;
  if (!ID.test(app.id ?? '')) fail(`id: ${app.id} is no name such as org.example.charging`);
  if (!app.name?.trim()) fail('name: missing');
  if (server?.protocol !== 'https:') fail(`server: ${app.server} is no https address; phones give no camera to others`);
  for (const name of ['accent', 'ground'])
    if (!COLOUR.test(app[name] ?? '')) fail(`${name}: no colour such as #a9542a`);
  return app;
}

function placeOf(app, ...parts) {
  return resolve(dirname(file), app.projects, ...parts);
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Write a file anew with `change` applied to its text; that changes nothing when it was done before. */
function edit(path, change) {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

/** Take the operator's name, colour and logo from its own server into the settings. */
async function takeBrand() {
  const app = readSettings();
  const query = app.operator ? `?operator=${encodeURIComponent(app.operator)}` : '';
  const ask = async (path) => {
    const answer = await fetch(new URL(`/api/v1/driver/${path}${query}`, app.server));
    if (!answer.ok) fail(`${app.server} answered ${answer.status} to ${path}`);
    return answer;
  };
  const brand = await (await ask('brand')).json();
  const icon = resolve(dirname(file), 'native-icon.png');
  if (brand.logo_digest) writeFileSync(icon, Buffer.from(await (await ask('brand/logo')).arrayBuffer()));
  const next = {
    ...app,
    name: brand.short_name || brand.name,
    ...(brand.accent_light && { accent: brand.accent_light }),
    ...(brand.logo_digest && { icon: 'native-icon.png' }),
  };
  writeFileSync(file, `${JSON.stringify(next, null, 2)}\n`);
  tell(`${file}: ${next.name}, ${next.accent}, ${next.icon}`);
}

function runCapacitor(...words) {
  const cli = createRequire(import.meta.url).resolve('@capacitor/cli/bin/capacitor');
  const env = { ...process.env, BUSBAR_NATIVE: file, CAPACITOR_TELEMETRY: '0', CI: '1' };
  const { status } = spawnSync(process.execPath, [cli, ...words], { cwd: here, env, stdio: 'inherit' });
  if (status !== 0) fail(`capacitor ${words.join(' ')} failed`);
}

function dressAndroid(app) {
  const main = placeOf(app, 'android', 'app', 'src', 'main');
  edit(join(main, 'res', 'values', 'strings.xml'), (text) =>
    text.replace(/(name="(?:app_name|title_activity_main)">)[^<]*/g, (_, head) => head + escapeXml(app.name)),
  );
  edit(join(main, 'res', 'values', 'ic_launcher_background.xml'), (text) => text.replace(/#[0-9a-f]{6}/i, app.ground));
  const colours = { colorPrimary: app.accent, colorPrimaryDark: app.accent, colorAccent: app.accent };
  const lines = Object.entries(colours).map(([name, colour]) => `    <color name="${name}">${colour}</color>`);
  writeFileSync(join(main, 'res', 'values', 'colors.xml'), `<resources>\n${lines.join('\n')}\n</resources>\n`);
  const wanted = ['CAMERA', 'ACCESS_COARSE_LOCATION', 'ACCESS_FINE_LOCATION'];
  edit(join(main, 'AndroidManifest.xml'), (text) => {
    const missing = wanted.filter((name) => !text.includes(`android.permission.${name}"`));
    const added = missing.map((name) => `    <uses-permission android:name="android.permission.${name}" />\n`);
    return text.replace('</manifest>', `${added.join('')}</manifest>`);
  });
  const icon = resolve(dirname(file), app.icon);
  for (const density of DENSITIES)
    for (const name of ['ic_launcher', 'ic_launcher_round', 'ic_launcher_foreground'])
      copyFileSync(icon, join(main, 'res', `mipmap-${density}`, `${name}.png`));
}

function dressIos(app) {
  const main = placeOf(app, 'ios', 'App', 'App');
  const { host } = new URL(app.server);
  const entries = [
    ...Object.entries(reasons).map(([key, text]) => [key, `<string>${escapeXml(text)}</string>`]),
    ['WKAppBoundDomains', `<array><string>${escapeXml(host)}</string></array>`], // so that the page keeps its service worker
  ];
  edit(join(main, 'Info.plist'), (text) => {
    let next = text.replace(
      /(<key>CFBundleDisplayName<\/key>\s*<string>)[^<]*/,
      (_, head) => head + escapeXml(app.name),
    );
    for (const [key] of entries)
      next = next.replace(new RegExp(`\\t<key>${key}</key>\\n\\t(<string>.*</string>|<array>.*</array>)\\n`), '');
    const added = entries.map(([key, value]) => `\t<key>${key}</key>\n\t${value}\n`).join('');
    return next.replace(/<\/dict>\s*<\/plist>\s*$/, `${added}</dict>\n</plist>\n`);
  });
  const icons = join(main, 'Assets.xcassets', 'AppIcon.appiconset');
  copyFileSync(resolve(dirname(file), app.icon), join(icons, 'AppIcon-512@2x.png'));
}

const dress = { android: dressAndroid, ios: dressIos };

/** Make a project where there is none, bring it to what the settings say, and give it its look. */
function make(names, { isAnew }) {
  const app = readSettings();
  for (const name of names) {
    const place = placeOf(app, name);
    if (isAnew) rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
    if (!existsSync(place)) runCapacitor('add', name, ...(name === 'ios' ? ['--packagemanager', 'SPM'] : []));
    runCapacitor('sync', name);
    dress[name](app);
    tell(`${name}: ${place}`);
  }
}

const [, , deed, ...named] = process.argv;
const chosen = named.length ? named : platforms;
const strange = chosen.find((name) => !platforms.includes(name));
if (strange) fail(`${strange} is neither ${platforms.join(' nor ')}`);
if (deed === 'brand') await takeBrand();
else if (deed === 'make') make(chosen, { isAnew: true });
else if (deed === 'sync') make(chosen, { isAnew: false });
else fail('node native.mjs brand | make | sync [android] [ios]');
