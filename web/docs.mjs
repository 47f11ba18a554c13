// Copies the interactive API documentation beside the built web apps, where the server reads it from.
import { cp, mkdir, rm } from 'node:fs/promises';

const source = new URL('./node_modules/swagger-ui-dist/', import.meta.url);
const target = new URL('../src/busbar/_web/docs/', import.meta.url);

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const name of [
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'LICENSE',
  'NOTICE',
]) {
  await cp(new URL(name, source), new URL(name, target));
}
