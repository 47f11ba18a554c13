/** What went wrong, in the kinds that a person can act on. */
export type ProblemKind =
  | 'invalid'
  | 'denied'
  | 'signedOut'
  | 'notFound'
  | 'conflict'
  | 'limit'
  | 'unavailable'
  | 'offline'
  | 'unknown';

export interface Problem {
  kind: ProblemKind;
  /** The server's stable code, such as `station_unknown`. */
  code: string | null;
  detail: string | null;
  /** What the case is about, such as the verdict about a token. */
  facts: Record<string, unknown>;
  /** Which fields were refused and why, when the server said so. */
  fields: Record<string, string>;
}

/** An answer of the API that was not a success, with its problem details (RFC 9457). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`the server answered ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.body = body;
  }
}

const kinds: Record<number, ProblemKind> = {
  400: 'invalid',
  401: 'signedOut',
  403: 'denied',
  404: 'notFound',
  409: 'conflict',
  410: 'notFound',
  412: 'conflict',
  413: 'limit',
  422: 'invalid',
  429: 'limit',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

function textOf(body: object, key: string): string | null {
  const value: unknown = Reflect.get(body, key);
  return typeof value === 'string' && value ? value : null;
}

function factsOf(body: object): Record<string, unknown> {
  const facts: unknown = Reflect.get(body, 'facts');
  return typeof facts === 'object' && facts !== null ? { ...facts } : {};
}

function fieldsOf(body: object): Record<string, string> {
  const errors: unknown = Reflect.get(body, 'errors');
  const fields: Record<string, string> = {};
  if (!Array.isArray(errors)) return fields;
  for (const entry of errors) {
    if (typeof entry !== 'object' || entry === null) continue;
    const name = textOf(entry, 'field') ?? textOf(entry, 'pointer') ?? textOf(entry, 'name');
    const reason = textOf(entry, 'detail') ?? textOf(entry, 'message') ?? textOf(entry, 'msg');
    if (name && reason) fields[name.replace(/^[#/]+/, '').replaceAll('/', '.')] = reason;
  }
  return fields;
}

/** Read an error of any origin: the API's problem details, a broken line, or a fault of the page itself. */
export function describeProblem(error: unknown): Problem {
  if (error instanceof ApiProblem) {
    const kind = kinds[error.status] ?? 'unknown';
    if (typeof error.body !== 'object' || error.body === null)
      return { kind, code: null, detail: null, facts: {}, fields: {} };
    return {
      kind,
      code: textOf(error.body, 'code'),
      detail: textOf(error.body, 'detail') ?? textOf(error.body, 'title'),
      facts: factsOf(error.body),
      fields: fieldsOf(error.body),
    };
  }
  // `fetch` tells a line that cannot be used by a TypeError.
  if (error instanceof TypeError) return { kind: 'offline', code: null, detail: null, facts: {}, fields: {} };
  return { kind: 'unknown', code: null, detail: error instanceof Error ? error.message : null, facts: {}, fields: {} };
}
