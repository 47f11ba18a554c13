import { join } from 'node:path';
import { findTextProblems } from '@busbar/kit/testing';
import { expect, it } from 'vitest';
import en from './en.json';
import it_ from './it.json';
import zh from './zh.json';

it('has every text in every language, and uses it', () => {
  expect(findTextProblems({ en, it: it_, zh }, join(import.meta.dirname, '..'))).toEqual([]);
});
