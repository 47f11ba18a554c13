import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { preactForReact } from '../preact.ts';
import { precompress } from '../precompress.ts';
import { fetchAtOnce, firstLoad, startModules } from './firstLoad.ts';
import { manifest } from './manifest.ts';

/** `BUSBAR_HTTP_PORT` names the server that the development page talks to; the built page talks to the host it came from. */
const server = `http://127.0.0.1:${process.env.BUSBAR_HTTP_PORT ?? '8080'}`;

/** Large and not needed to charge: fetched when the map or the camera is first opened, kept from then on. */
const largeParts = ['**/SiteMap-*', '**/maplibre-*', '**/MapView-*', '**/decoder-*'];

const start = startModules();

const startParts = /^(first|libraries|shared|start|index)$/;

export default defineConfig({
  base: '/app/',
  resolve: { alias: preactForReact },
  plugins: [
    start.plugin,
    firstLoad(),
    fetchAtOnce(),
    precompress(),
    VitePWA({
      strategies: 'generateSW',
      registerType: 'prompt',
      injectRegister: false,
      manifest,
      workbox: {
        globPatterns: ['**/*.{html,js,mjs,css,woff2,svg,png}'],
        globIgnores: [...largeParts, 'push.js'],
        inlineWorkboxRuntime: true,
        importScripts: ['/app/push.js'],
        cleanupOutdatedCaches: true,
        clientsClaim: true,
        // The page itself for every address of the app. Nothing under /api is ever kept: figures of yesterday that look
        // like those of today are worse than none.
        navigateFallback: '/app/index.html',
        navigateFallbackDenylist: [/^\/(?!app(\/|$))/],
        runtimeCaching: [
          {
            urlPattern: /\/app\/assets\/.*$/,
            handler: 'CacheFirst',
            options: { cacheName: 'busbar-assets', expiration: { maxEntries: 40 } },
          },
        ],
      },
    }),
  ],
  server: { host: '127.0.0.1', proxy: { '/api': server, '/openapi.json': server } },
  build: {
    outDir: '../../src/busbar/_web/driver',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        // Nearly all of these runs at the start: the browser may compile it beside the page, not bit by bit when it is called.
        postBanner: ({ name }) => (startParts.test(name) ? '//# allFunctionsCalledOnLoad' : ''),
        // Few files for the first page: on a phone each of them costs a round trip.
        codeSplitting: {
          groups: [
            {
              name: 'first',
              test: /preload-helper|rolldown\/runtime|kit\/src\/language\.ts|driver\/src\/app\/(early|network)\.ts/,
              priority: 3,
            },
            { name: 'libraries', test: (id) => start.has(id) && id.includes('node_modules'), priority: 2 },
            // With the page that most people come to first.
            { name: 'shared', test: (id) => start.has(id), priority: 1 },
            // What other pages share: one file more for the first of them.
            { name: 'more', test: /kit\/src\/(?!map\/|chart\/|locales\/)|driver\/src\/(app|parts|queries)\// },
          ],
        },
      },
    },
  },
});
