/**
 * The driver app runs on Preact: the same components and hooks in a tenth of React's size, so that a phone on a slow
 * line shows the first page sooner. The code says `react`, as that of the kit and of the libraries does, and these
 * names lead to Preact's own layer for it (docs/decisions/0014).
 */
export const preactForReact = [
  { find: /^react$/, replacement: 'preact/compat' },
  { find: /^react-dom$/, replacement: 'preact/compat' },
  { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
  { find: /^react\/jsx-(dev-)?runtime$/, replacement: 'preact/jsx-runtime' },
];
