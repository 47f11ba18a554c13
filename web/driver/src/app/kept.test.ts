import { expect, it } from 'vitest';
import { aSession, aStep } from '../testing/fixtures';
import { dropKept, isCutOff, keepGuest, keepSession, readGuest, readKeptSession } from './kept';

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

it('remembers the link of a guest until that charge is over', () => {
  keepGuest('link-1');
  keepGuest('link-0', true);
  dropKept(); // the app does so whenever it begins without a sign-in
  expect(readGuest()).toBe('link-1');
  keepGuest('link-1', true);
  expect(readGuest()).toBeNull();
});

it('knows when the station has told nothing since its connection ended', () => {
  const lost = aStep('station_offline', '2026-05-04T09:05:00Z');
  const cutOff = (...steps: ReturnType<typeof aStep>[]) => isCutOff(aSession({ steps }));
  expect(cutOff(aStep('started'))).toBe(false);
  expect(cutOff(aStep('started'), lost)).toBe(true);
  expect(cutOff(lost, aStep('stop_refused', '2026-05-04T09:06:00Z'))).toBe(true);
  expect(cutOff(lost, aStep('station_restarted', '2026-05-04T09:06:00Z'))).toBe(false);
  expect(isCutOff(aSession({ steps: [lost], last_sample_at: '2026-05-04T09:05:30Z' }))).toBe(false);
});

it('does not trip over what it did not write', () => {
  for (const text of ['', '{', '[]', '{"session_id":"x"}', 'null']) {
    localStorage.setItem('busbar.driver.lastSession', text);
    expect(readKeptSession()).toBeUndefined();
  }
});
