import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

afterEach(() => {
  if (typeof document === 'undefined') return; // a test that runs in Node alone
  cleanup();
  localStorage.clear();
});
