import { findTextProblems } from '@busbar/kit/testing';
import { expect, it } from 'vitest';
import en from './locales/en.json';
import it_ from './locales/it.json';
import zh from './locales/zh.json';

it('has every text of the console in every language, and uses it', () => {
  expect(findTextProblems({ en, it: it_, zh }, import.meta.dirname)).toEqual([]);
});
