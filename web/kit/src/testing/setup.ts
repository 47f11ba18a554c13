import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

/** After this what is waited for does not come any more. */
configure({ asyncUtilTimeout: 20_000 });

afterEach(() => {
  if (typeof document === 'undefined') return; // a test that runs in Node alone
  cleanup();
  localStorage.clear();
});
