import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

type Bundle = Parameters<Extract<NonNullable<Plugin['generateBundle']>, (...all: never[]) => unknown>>[1];
type Chunk = Extract<Bundle[string], { type: 'chunk' }>;

/** What a phone fetches before it shows the first page: as many bytes of script, compressed, and no more. */
const LIMIT_BYTES = 200 * 1024;

/** Parts that the first page asks for by itself, in one language. */
const firstParts = [/driver\/src\/start\.tsx$/, /\/en\.json$/];

/** What every page of the app is made of. */
const startPart = /driver\/src\/start\.tsx$/;

function gather(bundle: Bundle, name: string, found: Set<string>): void {
  const part = bundle[name];
  if (part?.type !== 'chunk' || found.has(name)) return;
  found.add(name);
  for (const next of part.imports) gather(bundle, next, found);
}

/** Knows which modules the start of the app is made of: what it imports, and what that imports. */
export function startModules(): { plugin: Plugin; has: (id: string) => boolean } {
  const found = new Set<string>();
  return {
    has: (id) => found.has(id),
    plugin: {
      name: 'busbar-start-modules',
      apply: 'build',
      buildEnd() {
        const waiting = [...this.getModuleIds()].filter((id) => startPart.test(id));
        for (const id of waiting) {
          if (found.has(id)) continue;
          found.add(id);
          waiting.push(...(this.getModuleInfo(id)?.importedIds ?? []));
        }
      },
    },
  };
}

/** Writes into the page what its first script will import, so that the browser fetches all of it at once. */
export function fetchAtOnce(): Plugin {
  return {
    name: 'busbar-fetch-at-once',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const found = new Set<string>();
        for (const part of Object.values(bundle))
          if (part.type === 'chunk' && startPart.test(part.facadeModuleId ?? '')) gather(bundle, part.fileName, found);
        const styles = new Set<string>();
        for (const name of found) {
          const part = bundle[name];
          if (part?.type === 'chunk') for (const style of part.viteMetadata?.importedCss ?? []) styles.add(style);
        }
        // The largest first: a browser fetches six at once, and what waits for a place then is small.
        const sizeOf = (name: string) => {
          const part = bundle[name];
          return part?.type === 'chunk' ? part.code.length : 0;
        };
        const scripts = [...found].filter((name) => !html.includes(name)).sort((a, b) => sizeOf(b) - sizeOf(a));
        // After the first script and its parts, which are to run while these come.
        const injectTo = 'head' as const;
        return [
          ...scripts.map((name) => ({
            tag: 'link',
            injectTo,
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/app/${name}` },
          })),
          ...[...styles].map((name) => ({
            tag: 'link',
            injectTo,
            attrs: { rel: 'preload', as: 'style', crossorigin: true, href: `/app/${name}` },
          })),
        ];
      },
    },
  };
}

/** Tells the size of the first load, and refuses a build whose first load is too large. */
export function firstLoad(): Plugin {
  return {
    name: 'busbar-first-load',
    apply: 'build',
    generateBundle(_options, bundle) {
      const found = new Set<string>();
      const isFirst = ({ isEntry, facadeModuleId: id }: Chunk) =>
        isEntry || firstParts.some((pattern) => id && pattern.test(id));
      for (const part of Object.values(bundle))
        if (part.type === 'chunk' && isFirst(part)) gather(bundle, part.fileName, found);
      const sizes = [...found].map((name) => {
        const part = bundle[name];
        return part?.type === 'chunk' ? gzipSync(part.code).length : 0;
      });
      const size = sizes.reduce((sum, one) => sum + one, 0);
      const told = `first load: ${(size / 1024).toFixed(1)} KB of script, compressed, in ${sizes.length} files`;
      if (size > LIMIT_BYTES) this.error(`${told}; the limit is ${LIMIT_BYTES / 1024} KB`);
      this.info(told);
    },
  };
}
