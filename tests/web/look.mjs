/** A close look at a page, as each of its readers sees it: in both looks and sizes, and by a screen reader's rules. */

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { stretch } from './patience.mjs';
import { ROOT } from './product.mjs';
import { within } from './wait.mjs';

const SHOTS = join(import.meta.dirname, 'shots');
const IMAGES = join(ROOT, 'docs', 'images');
const AXE = readFileSync(createRequire(join(ROOT, 'web', 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };
const MOST_LOOKS = 8;
const REST_MILLIS = 10_000;
const FRAME_MILLIS = 3_000;
const MOST_TRIES = 3;
const isWritingImages = Boolean(process.env.BUSBAR_TEST_WRITE_IMAGES);
const isKeepingPictures = isWritingImages || Boolean(process.env.BUSBAR_TEST_PICTURES);
const isLookingAtAll = Boolean(process.env.BUSBAR_TEST_EVERY_LOOK);

/**
 * Runs in the page: rests until it has the wanted look, nothing moves and nothing is being fetched for the first time.
 * Returns whether the page draws: a headless browser may give no frame, and then nothing of this can be seen.
 */
async function rest({ scheme, limitMillis, frameMillis }) {
  const isInTime = (promise, millis) =>
    Promise.race([promise.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), millis))]);
  const twoFrames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const { dataset } = document.documentElement;
  const waiting = '.bb-skeleton, .ant-spin-spinning, .ant-btn-loading, [aria-busy="true"]';
  const isWaiting = () => document.querySelector(waiting);
  const isMoving = () =>
    document.getAnimations().some(({ playState, effect }) => {
      return playState === 'running' && Number.isFinite(effect?.getComputedTiming().endTime);
    });
  const deadline = performance.now() + limitMillis;
  const isOther = () => scheme && dataset.theme && !dataset.theme.startsWith(scheme);
  if (!(await isInTime(twoFrames(), frameMillis)) || !(await isInTime(document.fonts.ready, limitMillis))) return false;
  while (isWaiting() || isMoving() || isOther()) {
    if (performance.now() > deadline) {
      const why = isOther() ? `is not ${scheme}` : (isWaiting()?.outerHTML.slice(0, 200) ?? 'moves');
      throw new Error(`the page does not come to rest: ${why}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
    if (!(await isInTime(twoFrames(), frameMillis))) return false;
  }
  return true;
}

/** Runs in the page: names what a person would stumble over, as far as a machine can see it. */
function readOddities() {
  const odd = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1)
    odd.push(`the page is ${root.scrollWidth - root.clientWidth} px wider than the window`);
  // A word of the API (`suspended_ev`), a key without text (`station.none`), or a value that is none.
  const word = /\b[a-z]+(_[a-z]+)+\b|\b(undefined|NaN|null)\b|Invalid Date|\[object|\{\{|\}\}/;
  const key = /^[a-z][A-Za-z]*(\.[a-z][A-Za-z_]*)+$/;
  const verbatim = 'code, pre, .bc-code, .bc-json, [data-verbatim], textarea, script, style, .microlight, .swagger-ui';
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const text = node.textContent.trim();
    const isOdd = word.test(text) || key.test(text);
    if (isOdd && !node.parentElement.closest(verbatim) && node.parentElement.checkVisibility())
      odd.push(`the text “${text}”`);
  }
  return odd;
}

/** Runs in the page, after axe itself (undefined: it is not there): what breaks the rules, and where. */
async function runAxe({ isOnlyColour = false, hasTargets = true } = {}) {
  if (!window.axe) return undefined;
  // WCAG 2.0 to 2.2, A and AA, and good practice; what hangs on colours alone need not be asked again in another look.
  const rules = { 'target-size': { enabled: hasTargets } };
  const wanted = isOnlyColour ? { runOnly: ['color-contrast'] } : { rules };
  // To load all style sheets and sounds anew each time serves two rules: one is not among these, and no page makes a sound.
  const { violations } = await window.axe.run(document, { resultTypes: ['violations'], preload: false, ...wanted });
  return violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.slice(0, 4).map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`);
    return `${impact} ${id} (${help}) at ${nodes.length}:\n      ${places.join('\n      ').replaceAll('\n  ', ' ')}`;
  });
}

class Look {
  #page;
  #size;
  #watch;
  #name;

  constructor(page, { size, watch, name }) {
    this.#page = page;
    this.#size = size;
    this.#watch = watch;
    this.#name = name;
    mkdirSync(SHOTS, { recursive: true });
    rmSync(this.#failure, { force: true });
  }

  get #failure() {
    return join(SHOTS, `failure-${this.#name}.png`);
  }

  /**
   * Look at the page as it stands: in the size of the visit by day, in the others by night, with a picture of each and
   * accessibility in the first and the last, so that each layout and each palette is looked at. With
   * BUSBAR_TEST_EVERY_LOOK every size is, by day and by night.
   */
  async at(name, { sizes = [DESKTOP, PHONE], isFull = false, isAlwaysDark = false } = {}) {
    const others = sizes.filter(({ width }) => width !== this.#size.width);
    const all = [this.#size, ...others];
    for (const [index, size] of all.entries()) {
      if (index) await this.#page.setViewportSize(size);
      const [isFirst, isLast] = [index === 0, index === all.length - 1];
      const looks = [];
      if (!isAlwaysDark && (isFirst || isLookingAtAll)) looks.push({ scheme: 'light', hasAxe: isFirst });
      if (isAlwaysDark || !isFirst || isLast || isLookingAtAll)
        looks.push({ scheme: 'dark', hasAxe: isLast || isAlwaysDark });
      for (const { scheme, hasAxe } of looks) {
        if (!isAlwaysDark) await this.#page.emulateMedia({ colorScheme: scheme });
        await this.#judge(name, size, scheme, { hasAxe, isFull });
      }
    }
    if (!isAlwaysDark) await this.#page.emulateMedia({ colorScheme: 'light' });
    if (others.length) await this.#page.setViewportSize(this.#size);
    await this.#rest();
  }

  async #rest(scheme) {
    const limits = { limitMillis: stretch(REST_MILLIS), frameMillis: stretch(FRAME_MILLIS) };
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const isDrawn = this.#page.evaluate(rest, { scheme, ...limits });
      if (await within('the page coming to rest', isDrawn, { limitMillis: 3 * REST_MILLIS })) return;
      // Whoever is photographed is drawn.
      await this.#page.bringToFront();
      await this.#page.screenshot({ clip: { x: 0, y: 0, width: 1, height: 1 } });
    }
    throw new Error('the browser does not draw the page');
  }

  /** Drawings settle after the page: wait until two pictures of each are the same. */
  async #restDrawings() {
    const { width, height } = this.#page.viewportSize();
    for (const canvas of await this.#page.locator('canvas:visible').all()) {
      const box = await canvas.boundingBox();
      if (!box || box.x < 0 || box.y < 0 || box.x >= width || box.y >= height) continue;
      const clip = { ...box, width: Math.min(box.width, width - box.x), height: Math.min(box.height, height - box.y) };
      let before = Buffer.alloc(0);
      for (let looks = 0; looks < MOST_LOOKS; looks++) {
        const now = await this.#page.screenshot({ clip });
        if (now.equals(before)) break;
        before = now;
      }
    }
  }

  /** Keep a picture for people to look at; nothing is compared with it. */
  async #keep(name, isFull = false) {
    if (!isKeepingPictures) return;
    await this.#restDrawings();
    await this.#page.screenshot({ path: join(SHOTS, `${this.#name}-${name}.png`), fullPage: isFull });
  }

  async #judge(name, size, scheme, { hasAxe, isFull }) {
    const place = `${this.#name}-${name} at ${size.width} px, ${scheme}`;
    const tell = (problem) => this.#watch.problems.push(`${place}: ${problem}`);
    await this.#rest(scheme);
    await this.#page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }));
    await this.#keep(`${name}-${size.width}-${scheme}`, isFull);
    for (const oddity of await this.#page.evaluate(readOddities)) tell(oddity);
    if (!hasAxe) return;
    await this.#runAxe(tell, { hasTargets: this.#size.width === PHONE.width });
  }

  async #runAxe(tell, options) {
    let found = await this.#page.evaluate(runAxe, options);
    if (!found) {
      await this.#page.evaluate(AXE);
      found = await this.#page.evaluate(runAxe, options);
    }
    for (const violation of found) tell(violation);
  }

  /** Look at one of many pages in the size of the visit, by day and by night; one that is always dark, in its one look. */
  async walk(name, { isAlwaysDark = false } = {}) {
    const schemes = isAlwaysDark ? ['dark'] : ['light', 'dark'];
    for (const [index, scheme] of schemes.entries()) {
      const place = `${this.#name}-${name}-${scheme}`;
      const tell = (problem) => this.#watch.problems.push(`${place}: ${problem}`);
      if (!isAlwaysDark) await this.#page.emulateMedia({ colorScheme: scheme });
      await this.#rest(scheme);
      await this.#keep(`${name}-${scheme}`);
      if (!index) for (const oddity of await this.#page.evaluate(readOddities)) tell(oddity);
      await this.#runAxe(tell, { isOnlyColour: index > 0 });
    }
    if (!isAlwaysDark) await this.#page.emulateMedia({ colorScheme: 'light' });
  }

  /** Look at the page as its visitor has it, in that one size and look: a picture, its texts, and accessibility. */
  async here(name, { isFull = false } = {}) {
    const place = `${this.#name}-${name}`;
    const tell = (problem) => this.#watch.problems.push(`${place}: ${problem}`);
    await this.#rest();
    await this.#keep(name, isFull);
    for (const oddity of await this.#page.evaluate(readOddities)) tell(oddity);
    await this.#runAxe(tell);
  }

  /** One picture more of what is there, as it is. */
  async shoot(name) {
    await this.#rest();
    await this.#keep(name);
    for (const oddity of await this.#page.evaluate(readOddities))
      this.#watch.problems.push(`${this.#name}-${name}: ${oddity}`);
  }

  /** A picture for the documentation; only written when BUSBAR_TEST_WRITE_IMAGES is set. */
  async paint(name) {
    if (!isWritingImages) return;
    mkdirSync(IMAGES, { recursive: true });
    await this.#page.mouse.move(0, 0); // nothing shall look pressed
    await this.#page.evaluate(() => window.scrollTo({ top: 0, behavior: 'instant' }));
    await this.#rest();
    await this.#restDrawings();
    await this.#page.screenshot({ path: join(IMAGES, `${name}.png`) });
  }

  /** What the page looked like when a visit failed. */
  async keepFailure() {
    await this.#page.screenshot({ path: this.#failure }).catch(() => undefined);
  }
}

export function closeLook(page, options) {
  return new Look(page, options);
}
