import { expect, it, vi } from 'vitest';
import { reloadOnUpdate, renewPage } from './reloadOnUpdate';

it('reads the page anew when a part of it is gone, but not again and again', () => {
  const reload = vi.fn();
  reloadOnUpdate(reload);
  const first = new Event('vite:preloadError', { cancelable: true });
  window.dispatchEvent(first);
  expect(first.defaultPrevented).toBe(true);
  const second = new Event('vite:preloadError', { cancelable: true });
  window.dispatchEvent(second);
  expect(second.defaultPrevented).toBe(false);
  expect(reload).toHaveBeenCalledTimes(1);
});

it('stays where it is while the server does not give the page', async () => {
  const reload = vi.spyOn(window.location, 'reload').mockReturnValue();
  const answers = [() => Promise.reject(new TypeError('no line')), async () => new Response(null, { status: 502 })];
  for (const answer of answers) {
    vi.stubGlobal('fetch', answer);
    await renewPage();
  }
  expect(reload).not.toHaveBeenCalled();
  vi.stubGlobal('fetch', async () => new Response('<!doctype html>'));
  await renewPage();
  expect(reload).toHaveBeenCalledTimes(1);
  vi.unstubAllGlobals();
});
