import { afterEach, expect, it, vi } from 'vitest';
import { askEarly, listQuestions, takeEarly } from './early';

afterEach(() => vi.unstubAllGlobals());

it.each([
  ['/app/', '', ['brand', 'network', 'stations?limit=200']],
  ['/app/', '?operator=acme', ['brand', 'network', 'stations?limit=200']],
  ['/app/', '?free=true', ['brand']],
  ['/app/s/TO%2022/1', '', ['brand']],
  ['/app/history', '', ['brand']],
])('knows what the page at %s%s will ask', (pathname, search, questions) => {
  expect(listQuestions({ pathname, search })).toEqual(questions.map((path) => `/api/v1/driver/${path}`));
});

it('gives an early answer once, and none that may be another soon', async () => {
  const answers = [200, 401];
  vi.stubGlobal('fetch', async () => new Response('{}', { status: answers.shift() ?? 200 }));
  vi.stubGlobal('location', { ...window.location, pathname: '/app/', search: '', origin: 'http://here.example' });
  askEarly();
  const ask = (path: string) => takeEarly(new Request(`http://here.example/api/v1/driver/${path}`));
  expect((await ask('brand'))?.status).toBe(200);
  expect(await ask('brand')).toBeNull();
  expect(await ask('network')).toBeNull();
  expect((await ask('stations?limit=200'))?.status).toBe(200);
  expect(await ask('stations/X-1')).toBeNull();
});
