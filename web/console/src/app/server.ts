import { createApi } from '@busbar/client';
import { SessionStore } from '@busbar/kit';

/** Who works at this console. */
export const session = new SessionStore('busbar.console.session');

/** The server, spoken to as that person. */
export const api = createApi(session);
