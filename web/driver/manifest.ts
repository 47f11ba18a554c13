import type { ManifestOptions } from 'vite-plugin-pwa';

/** What a phone shows of the installed app. */
export const manifest: Partial<ManifestOptions> = {
  id: '/app/',
  name: 'Busbar',
  short_name: 'Busbar',
  description: 'Find a charging station, start and stop the charge, and keep the receipt.',
  lang: 'en',
  dir: 'ltr',
  start_url: '/app/',
  scope: '/app/',
  display: 'standalone',
  orientation: 'portrait',
  background_color: '#f5f4f1',
  theme_color: '#f5f4f1',
  categories: ['travel', 'utilities'],
  icons: [
    { src: 'icons/busbar.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
    { src: 'icons/busbar-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
    { src: 'icons/busbar-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
    { src: 'icons/busbar-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
};
