import { expect, it } from 'vitest';
import { aSession } from '../testing/fixtures';
import { dropKept, keepSession, readKeptSession } from './kept';

it('remembers the running session until it ends', () => {
  expect(readKeptSession()).toBeUndefined();
  keepSession(aSession());
  expect(readKeptSession()?.energy_wh).toBe(3600);
  keepSession(aSession({ session_id: 'another', is_open: false }));
  expect(readKeptSession()?.session_id).toBe('ses-1');
  keepSession(aSession({ is_open: false }));
  expect(readKeptSession()).toBeUndefined();
});

it('forgets it when its person leaves', () => {
  keepSession(aSession());
  dropKept();
  expect(readKeptSession()).toBeUndefined();
});

it('does not trip over what it did not write', () => {
  for (const text of ['', '{', '[]', '{"session_id":"x"}', 'null']) {
    localStorage.setItem('busbar.driver.lastSession', text);
    expect(readKeptSession()).toBeUndefined();
  }
});
