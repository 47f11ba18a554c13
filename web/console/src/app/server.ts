import { createApi, Editions } from '@busbar/client';
import { SessionStore } from '@busbar/kit';

/** Who works at this console. */
export const session = new SessionStore('busbar.console.session');

/** Which editions of things that person has before the eyes. */
export const editions = new Editions();

/** The server, spoken to as that person. */
export const api = createApi(session, window.location.origin, editions);
