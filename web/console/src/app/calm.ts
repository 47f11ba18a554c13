/** Gathers wishes and grants each at most once per interval: the first at once, those that follow together. */
export class Calm {
  readonly #intervalMillis: number;
  readonly #grant: (key: readonly string[]) => void;
  readonly #waiting = new Map<string, readonly string[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(intervalMillis: number, grant: (key: readonly string[]) => void) {
    this.#intervalMillis = intervalMillis;
    this.#grant = grant;
  }

  want(...keys: (readonly string[])[]): void {
    for (const key of keys) this.#waiting.set(key.join('\n'), key);
    if (this.#timer === undefined) this.#grantAll();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #grantAll(): void {
    const keys = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.size) this.#grantAll();
    }, this.#intervalMillis);
    for (const key of keys) this.#grant(key);
  }
}
