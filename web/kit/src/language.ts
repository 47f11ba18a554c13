/** Which language a page speaks, and where its texts are; imports nothing, so that it can be asked before all else. */

/** The languages that every application speaks completely. */
export const languages = ['zh', 'en', 'it'] as const;
export type Language = (typeof languages)[number];

/** The texts of one namespace, as i18next takes them. */
interface Texts {
  [key: string]: unknown;
}

/** One loader for each language, so that a page fetches only the texts that it shows. */
export type TextLoaders = Record<Language, () => Promise<{ default: Texts }>>;

export const LANGUAGE_KEY = 'busbar.language';

/** The texts of the shared parts. */
export const kitTexts: TextLoaders = {
  zh: () => import('./locales/zh.json'),
  en: () => import('./locales/en.json'),
  it: () => import('./locales/it.json'),
};

export function isLanguage(text: string | null | undefined): text is Language {
  return languages.some((language) => language === text);
}

/** The language that a person chose before, else the first of the device's that we speak, else English. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(LANGUAGE_KEY);
  if (isLanguage(kept)) return kept;
  for (const tag of navigator.languages ?? []) {
    const language = tag.slice(0, 2).toLowerCase();
    if (isLanguage(language)) return language;
  }
  return 'en';
}
