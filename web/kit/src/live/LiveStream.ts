import { EventStreamParser, type StreamEvent } from './sse';

/**
 * `connecting`: the first try, or a new one. `open`: events arrive. `waiting`: the line broke and is tried again by
 * itself. `refused`: the server said no (signed out, no right); it is not tried again. `closed`: by us.
 */
export type LiveState = 'connecting' | 'open' | 'waiting' | 'refused' | 'closed';

export interface LiveStreamOptions {
  url: string;
  /** Carries the token, as `SessionStore.fetch` does. */
  fetch: (input: string, init: RequestInit) => Promise<Response>;
  onEvents: (events: StreamEvent[]) => void;
  onState?: (state: LiveState) => void;
  /** Events are handed over in batches, this far apart, so that a storm of them cannot freeze a page. */
  batchMillis?: number;
  /** No byte for so long means that the line is dead, even if no one said so. The server sends a comment every 15 s. */
  silenceMillis?: number;
  minRetryMillis?: number;
  maxRetryMillis?: number;
  /** Most events that wait for the next batch; the oldest go first, since a later one of the same kind replaces them. */
  maxWaiting?: number;
}

const defaults = {
  batchMillis: 150,
  silenceMillis: 40_000,
  minRetryMillis: 1_000,
  maxRetryMillis: 30_000,
  maxWaiting: 5_000,
};

/**
 * A server-sent event stream over `fetch` (which can carry a token, as `EventSource` cannot). After a break it comes
 * back by itself and resumes after the last event that it saw.
 */
export class LiveStream {
  readonly #options: LiveStreamOptions & typeof defaults;
  #abort: AbortController | null = null;
  #lastId: string | null = null;
  #failures = 0;
  #waiting: StreamEvent[] = [];
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #batchTimer: ReturnType<typeof setTimeout> | undefined;
  #state: LiveState = 'closed';

  constructor(options: LiveStreamOptions) {
    this.#options = { ...defaults, ...options };
  }

  get state(): LiveState {
    return this.#state;
  }

  open(): void {
    if (this.#state !== 'closed') return;
    window.addEventListener('online', this.#retryNow);
    window.addEventListener('offline', this.#breakOff);
    document.addEventListener('visibilitychange', this.#retryNow);
    void this.#run();
  }

  close(): void {
    window.removeEventListener('online', this.#retryNow);
    window.removeEventListener('offline', this.#breakOff);
    document.removeEventListener('visibilitychange', this.#retryNow);
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#batchTimer);
    this.#batchTimer = undefined;
    this.#waiting = [];
    this.#setState('closed');
    this.#abort?.abort();
    this.#abort = null;
  }

  #retryNow = (): void => {
    if (this.#state !== 'waiting' || document.visibilityState === 'hidden') return;
    clearTimeout(this.#retryTimer);
    void this.#run();
  };

  /** The device says that it has no network: a line that is still open carries nothing, and nobody would tell us. */
  #breakOff = (): void => {
    if (this.#state === 'open' || this.#state === 'connecting') this.#abort?.abort();
  };

  async #run(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#setState('connecting');
    let retryMillis: number | null = null;
    try {
      this.#listenForSilence(abort);
      const response = await this.#options.fetch(this.#options.url, {
        headers: { Accept: 'text/event-stream', ...(this.#lastId === null ? {} : { 'Last-Event-ID': this.#lastId }) },
        cache: 'no-store',
        signal: abort.signal,
      });
      if (response.status >= 400 && response.status < 500 && response.status !== 408 && response.status !== 429) {
        if (this.#abort === abort) this.#setState('refused');
        return;
      }
      if (!response.ok || !response.body) throw new Error(`the live stream answered ${response.status}`);
      retryMillis = await this.#read(response.body, abort);
    } catch {
      // A broken line is the normal case that the retry below is for.
    } finally {
      clearTimeout(this.#silenceTimer);
    }
    if (this.#abort === abort && this.#state !== 'refused') this.#retryLater(retryMillis);
  }

  async #read(body: ReadableStream<Uint8Array>, abort: AbortController): Promise<number | null> {
    const parser = new EventStreamParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    this.#setState('open');
    for (;;) {
      const { done, value } = await reader.read();
      if (done || abort.signal.aborted) return parser.retryMillis;
      this.#failures = 0;
      this.#listenForSilence(abort);
      for (const event of parser.push(decoder.decode(value, { stream: true }))) this.#take(event);
    }
  }

  #take(event: StreamEvent): void {
    if (event.id !== null) this.#lastId = event.id;
    this.#waiting.push(event);
    if (this.#waiting.length > this.#options.maxWaiting) this.#waiting.shift();
    this.#batchTimer ??= setTimeout(() => {
      this.#batchTimer = undefined;
      const events = this.#waiting;
      this.#waiting = [];
      this.#options.onEvents(events);
    }, this.#options.batchMillis);
  }

  #listenForSilence(abort: AbortController): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => abort.abort(), this.#options.silenceMillis);
  }

  #retryLater(askedMillis: number | null): void {
    const { minRetryMillis, maxRetryMillis } = this.#options;
    const grown = Math.min(maxRetryMillis, Math.max(askedMillis ?? 0, minRetryMillis * 2 ** this.#failures));
    this.#failures += 1;
    this.#setState('waiting');
    // Half of the wait is by chance: a thousand screens must not come back in the same instant.
    this.#retryTimer = setTimeout(() => void this.#run(), grown / 2 + (Math.random() * grown) / 2);
  }

  #setState(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}
