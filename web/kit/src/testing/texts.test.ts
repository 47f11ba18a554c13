import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findTextProblems } from './texts';

function check(source: string, en: object, it_: object = en, zh: object = en): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'texts-'));
  writeFileSync(join(folder, 'Page.tsx'), source);
  return findTextProblems({ en, it: it_, zh }, folder);
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source text of a template
const usingTemplate = "t('a.b'); t(`kind.${kind}`); t('n', { count })";

it('accepts texts that are complete and used', () => {
  expect(
    check(usingTemplate, {
      a: { b: 'x' },
      kind: { one: '1' },
      n_one: '{{count}} x',
      n_other: '{{count}} xs',
    }),
  ).toEqual([]);
});

it('tells what is missing, unused, empty or filled differently', () => {
  expect(check("t('a'); t('c')", { a: 'x {{n}}', b: 'y' }, { a: 'x', b: 'y' }, { a: ' ' })).toEqual([
    'zh lacks b',
    'zh leaves a empty',
    'zh fills a differently',
    'it fills a differently',
    'c is used but has no text',
    'b is used nowhere',
  ]);
});

it('tells of a Chinese text with signs of half width', () => {
  const en = { a: 'Done, thanks', b: '20,000 kWh (net)' };
  const uses = "t('a'); t('b')";
  expect(check(uses, en, en, { a: '完成,谢谢', b: '20,000 kWh (net)' })).toEqual([
    'zh writes a with signs of half width',
  ]);
  expect(check(uses, en, en, { a: '完成，谢谢', b: '电量（kWh）：20,000' })).toEqual([]);
});
