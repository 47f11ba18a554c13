import { useSyncExternalStore } from 'react';

/** What a sign-in gave us. The token is opaque here. */
export interface Credentials {
  token: string;
  /** RFC 3339, or null when the token does not end by itself. */
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
  readonly #listeners = new Set<() => void>();
  #state: State;

  /** `key` names the place in local storage: one for each application, such as `busbar.console.session`. */
  constructor(key: string) {
    this.#key = key;
    this.#state = { credentials: this.#read(), reason: null };
    window.addEventListener('storage', (event) => {
      if (event.key === key) this.#set({ credentials: this.#read(), reason: 'chosen' });
    });
  }

  get state(): State {
    return this.#state;
  }

  get token(): string | null {
    return this.#state.credentials?.token ?? null;
  }

  signIn(credentials: Credentials): void {
    localStorage.setItem(this.#key, JSON.stringify(credentials));
    this.#set({ credentials, reason: null });
  }

  signOut(reason: SignedOutReason = 'chosen'): void {
    if (!this.#state.credentials) return;
    localStorage.removeItem(this.#key);
    this.#set({ credentials: null, reason });
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /**
   * `fetch` with the token of whoever is signed in. An answer 401 to a request that carried the present token ends
   * the session here too, so that the application shows its sign-in page.
   */
  fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { token } = this;
    if (token) request.headers.set('Authorization', `Bearer ${token}`);
    const response = await fetch(request);
    if (response.status === 401 && token && token === this.token) this.signOut('expired');
    return response;
  };

  #read(): Credentials | null {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? 'null');
      if (typeof kept !== 'object' || kept === null || !('token' in kept) || typeof kept.token !== 'string')
        return null;
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
