import i18next, { type i18n, type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';

/** The languages that every application speaks completely. */
export const languages = ['zh', 'en', 'it'] as const;
export type Language = (typeof languages)[number];

/** What each language calls itself, for the switch. */
export const languageNames: Record<Language, string> = { zh: '中文', en: 'English', it: 'Italiano' };

/** Locale for `Intl` and for the `lang` attribute of the page. */
export const locales: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB', it: 'it-IT' };

type LoadTexts = () => Promise<{ default: ResourceLanguage }>;

/** One loader for each language, so that a page fetches only the texts that it shows. */
export type TextLoaders = Record<Language, LoadTexts>;

const STORAGE_KEY = 'busbar.language';

const kitTexts: TextLoaders = {
  zh: () => import('./locales/zh.json'),
  en: () => import('./locales/en.json'),
  it: () => import('./locales/it.json'),
};

export function isLanguage(text: string | null | undefined): text is Language {
  return languages.some((language) => language === text);
}

/** The language that a person chose before, else the first of the device's that we speak, else English. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(STORAGE_KEY);
  if (isLanguage(kept)) return kept;
  for (const tag of navigator.languages ?? []) {
    const language = tag.slice(0, 2).toLowerCase();
    if (isLanguage(language)) return language;
  }
  return 'en';
}

async function loadTexts(i18n: i18n, language: Language, appTexts: TextLoaders): Promise<void> {
  if (i18n.hasResourceBundle(language, 'app')) return;
  const [kit, app] = await Promise.all([kitTexts[language](), appTexts[language]()]);
  i18n.addResourceBundle(language, 'kit', kit.default);
  i18n.addResourceBundle(language, 'app', app.default);
}

let loaders: TextLoaders | null = null;

/** Start translations: `app` is the namespace of the application's own texts, `kit` that of the shared parts. */
export async function startI18n(appTexts: TextLoaders, language: Language = preferredLanguage()): Promise<i18n> {
  loaders = appTexts;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: ['app', 'kit'],
    defaultNS: 'app',
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  await loadTexts(i18next, language, appTexts);
  await i18next.changeLanguage(language);
  document.documentElement.lang = locales[language];
  return i18next;
}

/** Switch the language of the whole page and remember it. */
export async function changeLanguage(language: Language): Promise<void> {
  if (!loaders) throw new Error('startI18n comes before changeLanguage');
  await loadTexts(i18next, language, loaders);
  localStorage.setItem(STORAGE_KEY, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = locales[language];
}

/** The language that the page speaks now. */
export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en';
}
