import { createApi } from '@busbar/client';
import { SessionStore } from '@busbar/kit';

/** Which driver is signed in here. The token itself lives in a cookie that no script can read. */
export const session = new SessionStore('busbar.driver.session');

/** The server, spoken to as that driver. */
export const api = createApi(session);
