import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** `BUSBAR_NATIVE` names another operator's file. */
const file = resolve(process.env.BUSBAR_NATIVE ?? 'native.json');
const app = JSON.parse(readFileSync(file, 'utf8'));
const address = new URL('/app/', app.server);
if (app.operator) address.searchParams.set('operator', app.operator);

/** The frame that Capacitor builds around the app: the page itself comes from the operator's server. */
export default {
  appId: app.id,
  appName: app.name,
  webDir: 'native/www',
  server: {
    url: address.href,
    errorPath: 'index.html',
    allowNavigation: [],
  },
  backgroundColor: app.ground,
  android: { path: resolve(dirname(file), app.projects, 'android'), allowMixedContent: false },
  ios: { path: resolve(dirname(file), app.projects, 'ios'), limitsNavigationsToAppBoundDomains: true },
};
