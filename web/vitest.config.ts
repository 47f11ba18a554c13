import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** One run for every package: `npm test`, or `npm test -- console` for the files whose path holds that word. */
export default defineConfig({
  plugins: [react()],
  test: {
    environment: 'happy-dom',
    include: ['{kit,client,console,driver}/src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    maxWorkers: 2,
    // After this a test has hung; the time it takes says nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['kit/src/testing/setup.ts'],
  },
});
