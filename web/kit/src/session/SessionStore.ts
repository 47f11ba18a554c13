import { useSyncExternalStore } from 'react';

/** What a sign-in gave us. */
export interface Credentials {
  /** The bearer token; null when the server keeps it in a cookie that no script can read, which is the safer way. */
  token: string | null;
  /** RFC 3339, or null when the sign-in does not end by itself. */
  expiresAt: string | null;
}

export type SignedOutReason = 'chosen' | 'expired';

interface State {
  credentials: Credentials | null;
  /** Why nobody is signed in; null before the first sign-in. */
  reason: SignedOutReason | null;
}

/** Keeps the credentials of one application, in this browser, in step between its tabs. */
export class SessionStore {
  readonly #key: string;
  readonly #operatorKey: string;
  readonly #listeners = new Set<() => void>();
  #state: State;

  /** `key` names the place in local storage: one for each application, such as `busbar.console.session`. */
  constructor(key: string) {
    this.#key = key;
    this.#operatorKey = `${key}.operator`;
    this.#state = { credentials: this.#read(), reason: null };
    window.addEventListener('storage', (event) => {
      if (event.key !== key && event.key !== null) return; // null: all was cleared
      this.actFor(null); // whoever comes next need not be one who acts for others
      this.#set({ credentials: this.#read(), reason: 'chosen' });
    });
  }

  get state(): State {
    return this.#state;
  }

  get isSignedIn(): boolean {
    return this.#state.credentials !== null;
  }

  /** The operator that platform staff act for in this tab; null: their own. */
  get operator(): string | null {
    return sessionStorage.getItem(this.#operatorKey);
  }

  /** Act for another operator from now on, in this tab alone: two can be open side by side. */
  actFor(operatorId: string | null): void {
    if (operatorId === null) sessionStorage.removeItem(this.#operatorKey);
    else sessionStorage.setItem(this.#operatorKey, operatorId);
  }

  signIn(credentials: Credentials): void {
    this.actFor(null);
    localStorage.setItem(this.#key, JSON.stringify(credentials));
    this.#set({ credentials, reason: null });
  }

  signOut(reason: SignedOutReason = 'chosen'): void {
    if (!this.#state.credentials) return;
    localStorage.removeItem(this.#key);
    this.actFor(null);
    this.#set({ credentials: null, reason });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * `fetch` as whoever is signed in. An answer 401 to a request of the present sign-in ends it here too, so that the
   * application shows its sign-in page.
   */
  fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { credentials } = this.#state;
    request.headers.set('X-Busbar-Request', '1'); // a form on another site cannot send it: the cookie alone is not enough
    if (credentials?.token) request.headers.set('Authorization', `Bearer ${credentials.token}`);
    const { operator } = this;
    if (credentials && operator !== null) request.headers.set('X-Busbar-Operator', operator);
    const response = await fetch(request);
    if (response.status === 401 && credentials && credentials === this.#state.credentials) this.signOut('expired');
    return response;
  };

  #read(): Credentials | null {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? 'null');
      if (typeof kept !== 'object' || kept === null || !('token' in kept)) return null;
      if (kept.token !== null && typeof kept.token !== 'string') return null;
      const expiresAt = 'expiresAt' in kept && typeof kept.expiresAt === 'string' ? kept.expiresAt : null;
      if (expiresAt && Date.parse(expiresAt) <= Date.now()) return null;
      return { token: kept.token, expiresAt };
    } catch {
      return null; // not written by us
    }
  }

  #set(state: State): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Who is signed in, as React state. */
export function useSessionState(store: SessionStore): State {
  return useSyncExternalStore(store.subscribe, () => store.state);
}
