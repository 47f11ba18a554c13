import { expect, it } from 'vitest';
import { Editions } from './editions';

const site = 'https://busbar.test/api/v1/sites/1';

/** A server with one site, whose edition is a number; says what it was asked. */
function serve(now?: () => number) {
  const state = { edition: 1, named: [] as (string | null)[] };
  const editions = new Editions(now);
  const fetch = editions.around(async (input) => {
    const request = input as Request;
    if (request.method === 'GET') return new Response('{}', { headers: { ETag: `"${state.edition}"` } });
    const wanted = request.headers.get('If-Match');
    state.named.push(wanted);
    if (wanted !== null && wanted !== `"${state.edition}"`) return new Response('{}', { status: 412 });
    state.edition += 1;
    return new Response('{}');
  });
  const read = () => fetch(site);
  const change = async () => (await fetch(site, { method: 'PATCH', body: '{}' })).status;
  return { state, editions, read, change };
}

it('names the edition that was read, and none after an own change until it is read again', async () => {
  const { state, read, change } = serve();
  await read();
  expect(await change()).toBe(200);
  expect(await change()).toBe(200);
  await read();
  expect(await change()).toBe(200);
  expect(state.named).toEqual(['"1"', null, '"3"']);
});

it('refuses what somebody else has changed, as often as it is tried, until it is read again', async () => {
  const { state, read, change } = serve();
  await read();
  state.edition = 7;
  expect([await change(), await change()]).toEqual([412, 412]);
  await read();
  expect(await change()).toBe(200);
});

it('keeps the edition of an open form, though the page behind it reads on', async () => {
  const { state, editions, read, change } = serve();
  await read();
  const release = editions.hold();
  state.edition = 7;
  await read();
  expect(await change()).toBe(412);
  release();
  release();
  expect(await change()).toBe(200);
});

it('takes the edition that a form was opened with when nothing was known, or only what is long gone', async () => {
  let at = 0;
  const { state, editions, read, change } = serve(() => at);
  await read();
  at += 5 * 60_000;
  state.edition = 7;
  const release = editions.hold();
  await read();
  expect(await change()).toBe(200);
  release();
});
