import { defineConfig } from 'vitest/config';
import { preactForReact } from './preact.ts';

/** One run for every package: `npm test`, or `npm test -- console` for the files whose path holds that word. */
export default defineConfig({
  test: {
    environment: 'happy-dom',
    projects: [
      { extends: true, test: { name: 'desk', include: ['{kit,client,console}/src/**/*.test.{ts,tsx}'] } },
      {
        extends: true,
        resolve: {
          alias: [...preactForReact, { find: '@testing-library/react', replacement: '@testing-library/preact' }],
        },
        test: {
          name: 'driver',
          include: ['driver/src/**/*.test.{ts,tsx}'],
          // What libraries import is led to Preact as well: Node itself would not do that, nor for what they `require`.
          server: { deps: { inline: true } },
          deps: { optimizer: { client: { enabled: true, include: ['use-sync-external-store/shim/with-selector'] } } },
        },
      },
    ],
    restoreMocks: true,
    maxWorkers: 2,
    // After this a test has hung; the time it takes says nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['kit/src/testing/setup.ts'],
  },
});
