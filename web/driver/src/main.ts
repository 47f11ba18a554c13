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
// The page that a label leads to; the router takes it from here. The first one of all comes with the app.
if (location.pathname.startsWith('/app/s/')) early.push(import('./pages/station/StationPage'));
for (const part of early) part.catch(() => undefined); // whoever needs it asks again, and tells what came of it

const { start } = await import('./start');
await start(texts);
