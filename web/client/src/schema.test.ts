// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateSchema } from '../generate.mjs';

it('is generated from the API as it is now (npm run generate)', { timeout: 60_000 }, async () => {
  const kept = readFileSync(new URL('./schema.d.ts', import.meta.url), 'utf8');
  // Compared by a flag: a difference of thousands of lines helps nobody.
  expect((await generateSchema()) === kept, 'client/src/schema.d.ts is out of date').toBe(true);
});
