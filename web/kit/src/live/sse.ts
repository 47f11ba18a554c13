/** One event of a `text/event-stream`. */
export interface StreamEvent {
  id: string | null;
  type: string;
  data: string;
}

/** Longest single event that is kept while it arrives; a stream that sends more is broken. */
const MAX_EVENT_CHARS = 1_000_000;

/** Reads `text/event-stream` piece by piece, as the HTML standard describes it. */
export class EventStreamParser {
  #rest = '';
  #id: string | null = null;
  #type = '';
  #data: string[] = [];
  #chars = 0;
  /** Milliseconds that the server asked to wait before a new connection. */
  retryMillis: number | null = null;

  /** Feed a piece of text; returns the events that it completed. */
  push(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.#rest += text;
    // A carriage return at the very end may be the first half of a line end: wait for the next piece.
    const usable = this.#rest.endsWith('\r') ? this.#rest.length - 1 : this.#rest.length;
    const lines = this.#rest.slice(0, usable).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + this.#rest.slice(usable);
    if (this.#rest.length + this.#chars > MAX_EVENT_CHARS) throw new Error('an event of the live stream is too long');
    for (const line of lines) {
      if (line !== '') {
        this.#readLine(line);
        continue;
      }
      if (this.#data.length) events.push({ id: this.#id, type: this.#type || 'message', data: this.#data.join('\n') });
      this.#type = '';
      this.#data = [];
      this.#chars = 0;
    }
    return events;
  }

  #readLine(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment, sent to keep the line open
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      this.#data.push(value);
      this.#chars += value.length;
    } else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMillis = Number(value);
  }
}
