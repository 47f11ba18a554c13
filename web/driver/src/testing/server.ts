import { vi } from 'vitest';

type Answer = { status?: number; body?: unknown } | (() => { status?: number; body?: unknown });

/** What the page asked for, the newest last. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

/** A stream on which nothing happens. */
function silentStream(): Response {
  return new Response(new ReadableStream({ start: () => undefined }), {
    status: 200,
    headers: { 'Content-Type': 'text/event-stream' },
  });
}

/** Answers the page's requests by `METHOD /path`; a request that is not listed is answered 404. */
export function serve(answers: Record<string, Answer>): { asked: Asked[]; answers: Record<string, Answer> } {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (input: Request) => {
    const { pathname, searchParams } = new URL(input.url);
    const path = decodeURIComponent(pathname.replace('/api/v1/driver', ''));
    if (path.endsWith('events')) return silentStream();
    const text = input.method === 'GET' ? '' : await input.text();
    asked.push({
      method: input.method,
      path,
      query: searchParams,
      headers: input.headers,
      body: text ? JSON.parse(text) : null,
    });
    const found = answers[`${input.method} ${path}`] ?? { status: 404, body: { code: 'not_found.route' } };
    const { status = 200, body } = typeof found === 'function' ? found() : found;
    return new Response(body === undefined ? null : JSON.stringify(body), {
      status,
      headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
    });
  });
  return { asked, answers };
}

/** A problem as the API tells it. */
export function problem(status: number, code: string, facts: Record<string, string> = {}) {
  return {
    status,
    body: { type: `urn:busbar:${code}`, title: '', status, detail: 'in English', code, facts, errors: [] },
  };
}
