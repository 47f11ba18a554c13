/** What the first page will ask the server, asked while its code is still on the way; imports next to nothing. */

import { readNetwork } from './network';

/** So many stations at once. */
export const STATIONS_MAX = 200;

/** An answer that nobody fetched for so long is old. */
const AGE_MILLIS = 20_000;
const NEARBY = /^\/app\/?$/;

const asked = new Map<string, { at: number; answer: Promise<Response> }>();

/** The questions of the page at this address, as its queries put them. */
export function listQuestions({ pathname, search }: Pick<Location, 'pathname' | 'search'>): string[] {
  const names = [...new URLSearchParams(search).keys()].filter((name) => name !== 'operator');
  const isNearby = NEARBY.test(pathname) && names.length === 0;
  const page = isNearby ? ['network', `stations?limit=${STATIONS_MAX}`] : [];
  return ['brand', ...page].map((path) => `/api/v1/driver/${path}`);
}

/** Ask all of it at once. */
export function askEarly(): void {
  const network = readNetwork();
  const headers = { 'X-Busbar-Request': '1', ...(network && { 'X-Busbar-Network': network }) };
  for (const path of listQuestions(window.location)) {
    const answer = fetch(path, { headers });
    answer.catch(() => undefined); // whoever takes it asks again
    asked.set(new URL(path, window.location.origin).href, { at: Date.now(), answer });
  }
}

/** The answer to a question that was asked early: once, while it is fresh, and only a good one. */
export async function takeEarly(request: Request): Promise<Response | null> {
  const found = request.method === 'GET' ? asked.get(request.url) : undefined;
  if (!found) return null;
  asked.delete(request.url);
  if (Date.now() - found.at > AGE_MILLIS) return null;
  const response = await found.answer.catch(() => null);
  return response?.ok ? response : null;
}
