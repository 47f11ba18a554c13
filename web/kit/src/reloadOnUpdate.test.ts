import { expect, it, vi } from 'vitest';
import { reloadOnUpdate } from './reloadOnUpdate';

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
