type Fetch = (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;

const KEPT_MOST = 500;
/** As long as the applications keep what they have read and do not show: an older edition is not that of any form. */
const KEPT_MILLIS = 5 * 60_000;
const changing = new Set(['PUT', 'PATCH', 'DELETE']);

interface Edition {
  tag: string;
  readAt: number;
}

/**
 * Which edition of a thing its reader has before the eyes. A change names it (`If-Match`), so that the server refuses it
 * with `conflict.edition` when somebody else has changed the thing since.
 */
export class Editions {
  #known = new Map<string, Edition>();
  /** What was read while a form was open: the form still shows what it began with. */
  #later = new Map<string, Edition>();
  #holders = 0;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The same `fetch`, which remembers editions that are read and names them in changes. */
  around(fetch: Fetch): Fetch {
    return async (input, init) => {
      const request = new Request(input, init);
      const path = new URL(request.url).pathname;
      const edition = changing.has(request.method) ? this.#known.get(path) : undefined;
      const isSaid = request.headers.has('If-Match') || request.headers.has('If-None-Match');
      if (edition && !isSaid) request.headers.set('If-Match', edition.tag);
      const response = await fetch(request);
      const tag = response.headers.get('ETag');
      if (request.method === 'GET' && response.status === 200 && tag) this.#keep(path, tag);
      // Whatever it is now has to be read first. A refused change keeps its edition: it would be refused again.
      if (changing.has(request.method) && response.ok) this.#forget(path);
      return response;
    };
  }

  /** Keep the editions as they are while a form is open, whatever is read behind it; gives what ends that. */
  hold(): () => void {
    if (this.#holders === 0)
      for (const [path, { readAt }] of this.#known) if (this.#now() - readAt >= KEPT_MILLIS) this.#known.delete(path);
    this.#holders += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      if (this.#holders > 0) return;
      for (const [path, edition] of this.#later) this.#known.set(path, edition);
      this.#later.clear();
    };
  }

  #keep(path: string, tag: string): void {
    const edition = { tag, readAt: this.#now() };
    const before = this.#known.get(path);
    const place = this.#holders > 0 && before && before.tag !== tag ? this.#later : this.#known;
    place.delete(path);
    place.set(path, edition);
    for (const oldest of place.keys()) {
      if (place.size <= KEPT_MOST) break;
      place.delete(oldest);
    }
  }

  #forget(path: string): void {
    this.#known.delete(path);
    this.#later.delete(path);
  }
}
