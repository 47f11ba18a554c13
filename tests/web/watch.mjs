/** What a browser does behind the page: what it asks for, what fails, what it complains about. */

/** The page gave these up itself: a stream when one leaves, a question whose answer nobody waits for any more. */
const GIVEN_UP = 'net::ERR_ABORTED';
/** Said of each request that fails or is refused; those are judged by themselves below. */
const TOLD_ELSEWHERE = /^Failed to load resource:/;
/** What software WebGL says of itself. */
const DRIVER_TALK = /GL Driver Message|GPU stall|WebGL|Automatic fallback to software/;

/** The app asks every station for its price, and where charging is free there is none. */
const FREE_OF_CHARGE = /\/driver\/stations\/[^/]+\/quote$/;

/** What went wrong behind the page, the first thing in the first line: often no more than that is read. */
class UncleanError extends Error {
  constructor([first, ...others]) {
    super([`The visit was not clean: ${first}`, ...others].join('\n- '));
  }
}

export class Watch {
  problems = [];
  requests = [];
  #origin;
  #expected = [];
  #tolerated = [];
  #others = new Set();
  #isOffline = false;

  constructor(context, url) {
    this.#origin = new URL(url).origin;
    context.on('request', (request) => this.#ask(request));
    context.on('requestfailed', (request) => this.#fail(request));
    context.on('response', (response) => this.#answer(response));
    context.on('console', (message) => this.#complain(message));
    context.on('weberror', (error) => this.problems.push(`error in the page: ${error.error().stack}`));
  }

  /** The next answer with this status from an address that ends so is part of the story. */
  expect(status, path) {
    this.#expected.push({ status, path });
  }

  /** Answers with this status from an address that ends so may come: whoever types rests where a form is half filled. */
  tolerate(status, path) {
    this.#tolerated.push({ status, path });
  }

  /** The person is sent to this address on the way, as to a provider's payment page. */
  permit(url) {
    this.#others.add(new URL(url).origin);
  }

  /** While `deed` lasts there is no network, and requests fail. */
  async whileOffline(deed) {
    this.#isOffline = true;
    try {
      await deed();
    } finally {
      this.#isOffline = false;
    }
  }

  /** Throw if anything went wrong, or if an expected refusal did not come. */
  settle() {
    const missing = this.#expected.map(({ status, path }) => `no answer ${status} came from ${path}`);
    const all = [...this.problems, ...missing];
    if (all.length) throw new UncleanError(all);
  }

  /** Say in an error where the page stood and what else went wrong on the way. */
  explain(error, page) {
    const ways = error instanceof UncleanError ? [] : this.problems.map((problem) => `\n- on the way: ${problem}`);
    error.message += `\n- at ${page.url()}${ways.join('')}`;
  }

  #ask(request) {
    const url = new URL(request.url());
    this.requests.push(request.url());
    if (['data:', 'blob:'].includes(url.protocol) || url.origin === this.#origin) return;
    if (this.#others.has(url.origin)) return;
    this.problems.push(`asked another host: ${request.method()} ${request.url()}`);
  }

  #fail(request) {
    const reason = request.failure()?.errorText ?? 'unknown';
    if (reason === GIVEN_UP || this.#isOffline) return;
    this.problems.push(`request failed (${reason}): ${request.method()} ${request.url()}`);
  }

  #answer(response) {
    const status = response.status();
    if (status < 400) return;
    const { pathname } = new URL(response.url());
    if (status === 404 && FREE_OF_CHARGE.test(pathname)) return;
    const isAlike = (one) => one.status === status && pathname.endsWith(one.path);
    const index = this.#expected.findIndex(isAlike);
    if (index >= 0) this.#expected.splice(index, 1);
    else if (!this.#tolerated.some(isAlike))
      this.problems.push(`answer ${status}: ${response.request().method()} ${response.url()}`);
  }

  #complain(message) {
    if (!['error', 'warning', 'assert'].includes(message.type())) return;
    const text = message.text();
    if (TOLD_ELSEWHERE.test(text) || DRIVER_TALK.test(text)) return;
    this.problems.push(`console ${message.type()}: ${text}`);
  }
}
