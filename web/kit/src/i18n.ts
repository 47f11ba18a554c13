import i18next, { type i18n, type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { isLanguage, kitTexts, LANGUAGE_KEY, type Language, preferredLanguage, type TextLoaders } from './language';

/** What each language calls itself, for the switch. */
export const languageNames: Record<Language, string> = { zh: '中文', en: 'English', it: 'Italiano' };

/** Locale for `Intl` and for the `lang` attribute of the page. */
export const locales: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB', it: 'it-IT' };

async function loadTexts(i18n: i18n, language: Language, appTexts: TextLoaders): Promise<void> {
  if (i18n.hasResourceBundle(language, 'app')) return;
  const [kit, app] = await Promise.all([kitTexts[language](), appTexts[language]()]);
  i18n.addResourceBundle(language, 'kit', kit.default as ResourceLanguage);
  i18n.addResourceBundle(language, 'app', app.default as ResourceLanguage);
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
  localStorage.setItem(LANGUAGE_KEY, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = locales[language];
}

/** The language that the page speaks now. */
export function currentLanguage(): Language {
  return isLanguage(i18next.language) ? i18next.language : 'en';
}
