/** The first script: small, so that it runs while the rest is on the way, and asks for all of that at once. */

import { kitTexts, preferredLanguage, type TextLoaders } from '@busbar/kit/language';
import { askEarly } from './app/early';

const texts: TextLoaders = {
  zh: () => import('./locales/zh.json'),
  en: () => import('./locales/en.json'),
  it: () => import('./locales/it.json'),
};

askEarly();
const language = preferredLanguage();
const early: Promise<unknown>[] = [texts[language](), kitTexts[language]()];
// The pages that people come to first; the router takes them from here.
if (/^\/app\/?$/.test(location.pathname)) early.push(import('./pages/nearby/NearbyPage'));
else if (location.pathname.startsWith('/app/s/')) early.push(import('./pages/station/StationPage'));
for (const part of early) part.catch(() => undefined); // whoever needs it asks again, and tells what came of it

const { start } = await import('./start');
await start(texts);
