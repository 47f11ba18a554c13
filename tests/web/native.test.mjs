/** The projects for the stores: made and brought up to date without a network, with the operator's name, colours and icon. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { stretch } from './patience.mjs';
import { ROOT } from './product.mjs';

const SCRIPT = join(ROOT, 'web', 'driver', 'native.mjs');
const ICON = join(ROOT, 'web', 'driver', 'native', 'icon.png');
const run = promisify(execFile);

const app = {
  id: 'com.example.acme.charging',
  name: 'Acme & Söhne',
  server: 'https://charge.acme.example',
  operator: 'acme',
  accent: '#0a5bd0',
  ground: '#f0f4fa',
  icon: ICON,
  projects: 'projects',
};

let directory;
let hole;
let asked = 0;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'busbar-native-'));
  // Whatever would go to the network ends here, and is counted.
  hole = createServer((_, answer) => answer.writeHead(502).end()).on('connection', () => {
    asked += 1;
  });
  await new Promise((resolve) => hole.listen(0, '127.0.0.1', resolve));
});

after(async () => {
  hole?.close();
  await rm(directory, { recursive: true, force: true });
});

async function native(words, settings) {
  const file = join(directory, 'acme.json');
  await writeFile(file, JSON.stringify(settings));
  const proxy = `http://127.0.0.1:${hole.address().port}`;
  const env = { ...process.env, BUSBAR_NATIVE: file, http_proxy: proxy, https_proxy: proxy, HOME: directory };
  const options = { env: { ...env, HTTP_PROXY: proxy, HTTPS_PROXY: proxy }, timeout: stretch(60_000) };
  return run(process.execPath, [SCRIPT, ...words], options);
}

function read(...parts) {
  return readFile(join(directory, 'projects', ...parts), 'utf8');
}

async function isIcon(...parts) {
  return (await readFile(join(directory, 'projects', ...parts))).equals(await readFile(ICON));
}

describe('the native apps', () => {
  test('both projects are made and synchronised without a network, in the look of their operator', async () => {
    await native(['make', 'android', 'ios'], app);
    assert.match(await read('android', 'app', 'build.gradle'), /applicationId "com\.example\.acme\.charging"/);
    assert.match(await read('android', 'app', 'src', 'main', 'res', 'values', 'strings.xml'), /Acme &amp; Söhne</);
    assert.match(await read('android', 'app', 'src', 'main', 'res', 'values', 'colors.xml'), /#0a5bd0/);
    const main = ['android', 'app', 'src', 'main'];
    assert.match(await read(...main, 'AndroidManifest.xml'), /android\.permission\.CAMERA/);
    assert.ok(await isIcon(...main, 'res', 'mipmap-xxxhdpi', 'ic_launcher.png'));
    for (const place of [
      [...main, 'assets'],
      ['ios', 'App', 'App'],
    ]) {
      const config = JSON.parse(await read(...place, 'capacitor.config.json'));
      assert.equal(config.server.url, 'https://charge.acme.example/app/?operator=acme');
      assert.match(await read(...place, 'public', 'index.html'), /There is no connection/);
    }
    assert.match(await read('ios', 'App', 'App.xcodeproj', 'project.pbxproj'), /com\.example\.acme\.charging/);
    const plist = await read('ios', 'App', 'App', 'Info.plist');
    for (const words of ['Acme &amp; Söhne', 'NSCameraUsageDescription', '<string>charge.acme.example</string>'])
      assert.ok(plist.includes(words), words);
    assert.ok(await isIcon('ios', 'App', 'App', 'Assets.xcassets', 'AppIcon.appiconset', 'AppIcon-512@2x.png'));

    await native(['sync'], { ...app, name: 'Acme', server: 'https://new.acme.example' });
    const later = await read('ios', 'App', 'App', 'Info.plist');
    assert.equal(later.match(/WKAppBoundDomains/g).length, 1);
    assert.ok(later.includes('<string>new.acme.example</string>') && !later.includes('charge.acme.example'));
    assert.equal((await read(...main, 'AndroidManifest.xml')).match(/permission\.CAMERA/g).length, 1);
    assert.match(await read(...main, 'res', 'values', 'strings.xml'), /app_name">Acme</);
    assert.equal(asked, 0, 'nothing was asked of the network');
  });

  test('settings that no store or phone would take are refused by name', async () => {
    for (const [name, value] of [
      ['id', 'Acme'],
      ['server', 'http://charge.acme.example'],
      ['accent', 'blue'],
    ])
      await assert.rejects(native(['sync'], { ...app, [name]: value }), ({ stderr }) => stderr.startsWith(`${name}:`));
  });
});
