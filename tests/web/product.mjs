/** The whole product as a person starts it: `busbar up` in a process of its own, on ports of its own choice. */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stretch } from './patience.mjs';
import { waitFor } from './wait.mjs';

export const ROOT = join(import.meta.dirname, '..', '..');
export const ADMIN = { email: 'admin@example.org', password: 'busbar-demo' };

const BUSBAR = join(ROOT, '.venv', 'bin', 'busbar');
const PYTHON = join(ROOT, '.venv', 'bin', 'python');
const EARLIER = join(import.meta.dirname, 'earlier.py');
const START_MILLIS = 60_000;
const STOP_MILLIS = 20_000;
const ANSWER_MILLIS = 60_000;
const TOLD_MOST = 3_000;

const running = new Set();

/** End a process with the tests, however these end. */
export function endWithUs(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
// Playwright listens to this signal as well, and then nothing ends by it.
process.once('SIGTERM', () => process.exit(143));

/** An answer comes in time or not at all. */
export function soon() {
  return AbortSignal.timeout(stretch(ANSWER_MILLIS));
}

/** A running installation: `httpUrl`, `ocppUrl`, and its API as the administrator or somebody else. */
export class Product {
  #process;
  #directory;
  #isKept = false;
  #output = '';

  /**
   * Start one with an empty directory; `isDemo` fills it and lets virtual stations charge. A `directory` that is given
   * stays when it is stopped; `daysBehind` lets its clock be so many days behind.
   */
  static async start({ isDemo = false, settings = {}, directory, daysBehind = 0 } = {}) {
    const product = new Product();
    product.#isKept = directory !== undefined;
    product.#directory = directory ?? (await mkdtemp(join(tmpdir(), 'busbar-web-')));
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('BUSBAR_'));
    const [program, ...before] = daysBehind ? [PYTHON, EARLIER, String(daysBehind)] : [BUSBAR];
    const child = spawn(program, [...before, 'up', ...(isDemo ? ['--demo'] : [])], {
      cwd: product.#directory,
      env: {
        ...Object.fromEntries(inherited),
        BUSBAR_DATA_DIR: join(product.#directory, 'data'),
        BUSBAR_HTTP_PORT: '0',
        BUSBAR_OCPP_PORT: '0',
        BUSBAR_ADMIN_EMAIL: ADMIN.email,
        BUSBAR_ADMIN_PASSWORD: ADMIN.password,
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    product.#process = endWithUs(child);
    for (const stream of [product.#process.stdout, product.#process.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        product.#output += text;
      });
    await product.#waitUntilReady(isDemo);
    return product;
  }

  async #waitUntilReady(isDemo) {
    const told = await waitFor(
      'busbar to tell its addresses',
      () => {
        if (this.#process.exitCode !== null) throw new Error(`busbar ended:\n${this.#output}`);
        return /Console\s+(http:\S+)\/[\s\S]*Stations\s+(ws:\S+)\//.exec(this.#output);
      },
      { limitMillis: START_MILLIS },
    );
    [, this.httpUrl, this.ocppUrl] = told;
    await waitFor('busbar to be ready', async () => (await fetch(`${this.httpUrl}/readyz`, { signal: soon() })).ok);
    // It is entered after the doors are open, and told of when all of it is there.
    if (isDemo)
      await waitFor('the demo to be entered', () => this.#output.includes('Demo logins:'), {
        limitMillis: START_MILLIS,
      });
  }

  /** End it as Ctrl-C does. It must end by itself, in time, and without a word of a failure. */
  async stop() {
    const { exitCode, signalCode } = this.#process;
    const isOver = exitCode !== null || signalCode !== null;
    const ended = isOver ? exitCode : new Promise((resolve) => this.#process.once('exit', resolve));
    const late = setTimeout(() => this.#process.kill('SIGKILL'), stretch(STOP_MILLIS));
    this.#process.kill('SIGINT');
    const code = await ended;
    clearTimeout(late);
    if (!this.#isKept) await rm(this.#directory, { recursive: true, force: true });
    if (code !== 0) throw new Error(`busbar ended with ${code}:\n${this.#output.slice(-TOLD_MOST)}`);
    const failure = this.#output.indexOf('Traceback');
    if (failure >= 0) throw new Error(`busbar told of a failure:\n${this.#output.slice(failure, failure + TOLD_MOST)}`);
  }

  /** The API as a member of staff; the administrator when nobody is named. */
  async signIn({ email, password } = ADMIN) {
    const api = new Api(`${this.httpUrl}/api/v1/`);
    const { token } = await api.post('auth/sign-in', { email, password });
    return new Api(api.url, token);
  }
}

/** The HTTP API as a program uses it. Every answer but a good one throws. */
export class Api {
  constructor(url, token = null) {
    this.url = url;
    this.token = token;
  }

  get(path) {
    return this.send('GET', path);
  }

  post(path, body) {
    return this.send('POST', path, body);
  }

  put(path, body) {
    return this.send('PUT', path, body);
  }

  async send(method, path, body) {
    const text = await this.#ask(method, path, body);
    return text ? JSON.parse(text) : null;
  }

  /** What is no JSON, such as a drawing. */
  text(path) {
    return this.#ask('GET', path);
  }

  async #ask(method, path, body) {
    const response = await fetch(new URL(path, this.url), {
      method,
      signal: soon(),
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  }
}
