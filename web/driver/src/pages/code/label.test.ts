import { expect, it } from 'vitest';
import { judgeCode } from './label';

it.each([
  ['https://other.example/app/s/X-1/1', { kind: 'foreign', host: 'other.example' }],
  ['https://other.example:8443/evse/77', { kind: 'foreign', host: 'other.example:8443' }],
  ['https://ours.example/app/s/GONE-1/1', { kind: 'unknown' }],
  ['https://ours.example/app/history', { kind: 'nothing' }],
  ['WIFI:T:WPA;S:cafe;P:espresso;;', { kind: 'nothing' }],
  ['mailto:ada@example.org', { kind: 'nothing' }],
  ['http://', { kind: 'nothing' }],
  ['a loyalty card', { kind: 'nothing' }],
  ['MI-AC-99', { kind: 'unknown' }],
])('judges %s', (code, kind) => {
  expect(judgeCode(code, 'ours.example')).toEqual(kind);
});
