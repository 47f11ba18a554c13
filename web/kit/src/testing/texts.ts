import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Language, languages } from '../language';

/** Keys of nested texts, joined by dots; `item_one` and `item_other` count as the one key `item`. */
function keysOf(texts: object, prefix = ''): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value === 'string') keys.set(prefix + name, value);
    else for (const [key, text] of keysOf(value, `${prefix}${name}.`)) keys.set(key, text);
  }
  return keys;
}

const pluralEnding = /_(zero|one|two|few|many|other)$/;

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

function placeholders(text: string): string {
  return [...text.matchAll(/\{\{\s*(\w+)/g)]
    .map(([, name]) => name)
    .sort()
    .join(' ');
}

/** A sign of half width beside a Chinese one, where Chinese writes its own. */
const halfWidth = /\p{Script=Han}[,:;?!(]|[,:;?!)]\p{Script=Han}/u;

interface Used {
  keys: Set<string>;
  /** Of keys made at run time: `status.` of t(`status.${status}`). */
  prefixes: string[];
}

/** Keys in `t('…')`, `i18nKey="…"` and in `textKey: '…'`; a template counts by what stands before its first `${`. */
function readUses(sources: string[]): Used {
  const keys = new Set<string>();
  const prefixes: string[] = [];
  for (const source of sources) {
    for (const [, , key] of source.matchAll(/(\bt\(|\bi18nKey=|\btextKey: )\s*['"]([\w.]+)['"]/g))
      if (key) keys.add(key);
    for (const [, prefix] of source.matchAll(/\bt\(\s*`([\w.]*\.)\$\{/g)) if (prefix) prefixes.push(prefix);
  }
  return { keys, prefixes };
}

/** Texts that a language lacks, that nobody uses, that differ in what they fill in, or are ill set. An empty list is a good one. */
export function findTextProblems(texts: Record<Language, object>, sourceFolder: string): string[] {
  const problems: string[] = [];
  const byLanguage = new Map(languages.map((language) => [language, keysOf(texts[language])] as const));
  const english = new Set([...(byLanguage.get('en')?.keys() ?? [])].map((key) => key.replace(pluralEnding, '')));
  for (const [language, entries] of byLanguage) {
    const stems = new Set([...entries.keys()].map((key) => key.replace(pluralEnding, '')));
    for (const key of english) if (!stems.has(key)) problems.push(`${language} lacks ${key}`);
    for (const key of stems) if (!english.has(key)) problems.push(`${language} has ${key}, which English has not`);
    for (const [key, text] of entries) {
      if (!text.trim()) problems.push(`${language} leaves ${key} empty`);
      if (halfWidth.test(text)) problems.push(`${language} writes ${key} with signs of half width`);
      const other = byLanguage.get('en')?.get(key);
      if (other !== undefined && placeholders(text) !== placeholders(other))
        problems.push(`${language} fills ${key} differently`);
    }
    for (const [key] of entries) {
      if (!pluralEnding.test(key)) continue;
      const stem = key.replace(pluralEnding, '');
      if (!entries.has(`${stem}_other`)) problems.push(`${language} lacks ${stem}_other`);
    }
  }
  const used = readUses(sourcesUnder(sourceFolder));
  for (const key of used.keys) if (!english.has(key)) problems.push(`${key} is used but has no text`);
  for (const key of english) {
    if (!used.keys.has(key) && !used.prefixes.some((prefix) => key.startsWith(prefix)))
      problems.push(`${key} is used nowhere`);
  }
  return problems;
}
