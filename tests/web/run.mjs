/**
 * Runs test files, some at a time, in the order in which they are named: Node's own command sorts them by name, and a
 * long one that begins last has the machine to itself. A file that hangs is given up and counts as failed; the others
 * are told of all the same. `node run.mjs REPORT FILES_AT_A_TIME FILE…`
 */

import { createWriteStream } from 'node:fs';
import { run } from 'node:test';
import { junit, spec } from 'node:test/reporters';

/** Longer than any visit of it may take, and shorter than the suite may: what hangs is told by name. */
const FILE_MILLIS = 1_200_000;
const CLOSE_MILLIS = 1_000;

const [report, filesAtATime, ...files] = process.argv.slice(2);
const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => ending.abort());

// A file whose tests are over ends, whatever they left open.
const execArgv = ['--test-force-exit'];
const events = run({ files, concurrency: Number(filesAtATime), timeout: FILE_MILLIS, execArgv, signal: ending.signal });
events.on('test:fail', () => {
  process.exitCode = 1;
});
events.compose(spec).pipe(process.stdout);
// Whoever still holds our output open, such as what a file that was given up has left behind, holds nobody up.
const leave = () => setTimeout(() => process.exit(), CLOSE_MILLIS);
events.compose(junit).pipe(createWriteStream(report)).on('finish', leave);
