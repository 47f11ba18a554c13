import { ApiProblem, type SessionStore } from '@busbar/kit';
import createClient, { type Client } from 'openapi-fetch';
import type { Editions } from './editions';
import type { components, paths } from './schema';

/** Every data type of the API by its name: `Schemas['Station']`. */
export type Schemas = components['schemas'];

export type Api = Client<paths>;

export { Editions } from './editions';

/**
 * The API of the server that the page came from, spoken as whoever is signed in to `session`. With `editions`, two
 * people who edit the same thing are told of each other.
 */
export function createApi(session: SessionStore, baseUrl: string = window.location.origin, editions?: Editions): Api {
  return createClient<paths>({ baseUrl, fetch: editions ? editions.around(session.fetch) : session.fetch });
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of a successful answer; anything else is thrown as an `ApiProblem`. */
export async function take<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (!response.ok) throw new ApiProblem(response.status, error);
  return data as Data; // openapi-fetch types `data` as absent only where `error` is present
}
