import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from '../precompress';

/** `BUSBAR_HTTP_PORT` names the server that the development page talks to; the built page talks to the host it came from. */
const server = `http://127.0.0.1:${process.env.BUSBAR_HTTP_PORT ?? '8080'}`;

export default defineConfig({
  base: '/',
  plugins: [react(), precompress()],
  server: { host: '127.0.0.1', proxy: { '/api': server, '/openapi.json': server } },
  build: {
    outDir: '../../src/busbar/_web/console',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
});
