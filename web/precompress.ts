import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /^assets\/.*\.(js|mjs|css|svg|wasm)$/;
const LEAST_BYTES = 1_024;

const brotlied = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Writes each hashed file compressed beside itself, as small as can be: the server need not do it over and over. */
export function precompress(): Plugin {
  return {
    name: 'busbar-precompress',
    apply: 'build',
    async writeBundle({ dir = '.' }, bundle) {
      const parts = Object.values(bundle).filter(({ fileName }) => compressible.test(fileName));
      await Promise.all(
        parts.map(async (part) => {
          const bytes = Buffer.from(part.type === 'chunk' ? part.code : part.source);
          if (bytes.length < LEAST_BYTES) return;
          const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
          const path = join(dir, part.fileName);
          await writeFile(`${path}.br`, await brotlied(bytes, { params }));
          await writeFile(`${path}.gz`, await gzipped(bytes, { level: constants.Z_BEST_COMPRESSION }));
        }),
      );
    },
  };
}
