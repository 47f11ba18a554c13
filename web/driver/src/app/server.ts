import { createApi } from '@busbar/client';
import { SessionStore } from '@busbar/kit';
import { takeEarly } from './early';
import { readNetwork } from './network';

/** Which driver is signed in here. The token itself lives in a cookie that no script can read. */
export const session = new SessionStore('busbar.driver.session');

/** Whose app this is, where its address says so; null: the host's. */
export const network = readNetwork();

const ask = session.fetch;
session.fetch = async (input, init) => {
  const request = new Request(input, init);
  if (network) request.headers.set('X-Busbar-Network', network);
  return (await takeEarly(request)) ?? ask(request);
};

/** The server, spoken to as that driver. */
export const api = createApi(session);
