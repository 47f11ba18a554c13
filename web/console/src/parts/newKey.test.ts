import { afterEach, expect, it, vi } from 'vitest';
import { newKey } from './newKey';

afterEach(() => vi.unstubAllGlobals());

it('makes keys where the page came without TLS', () => {
  vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(7) });
  expect(newKey()).toBe('07'.repeat(16));
});

it('makes a new key every time', () => {
  expect(new Set([newKey(), newKey()]).size).toBe(2);
});
