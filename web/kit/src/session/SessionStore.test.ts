import { afterEach, describe, expect, it, vi } from 'vitest';
import { SessionStore } from './SessionStore';

afterEach(() => {
  vi.unstubAllGlobals();
});

const HOUR = 3_600_000;
const inAnHour = () => new Date(Date.now() + HOUR).toISOString();

function answerWith(status: number) {
  const calls: Request[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    calls.push(request);
    return new Response(null, { status });
  });
  return calls;
}

describe('SessionStore', () => {
  it('keeps credentials over a reload, until they end', () => {
    new SessionStore('test').signIn({ token: 'abc', expiresAt: inAnHour() });
    expect(new SessionStore('test').state.credentials?.token).toBe('abc');
    new SessionStore('test').signIn({ token: 'abc', expiresAt: new Date(Date.now() - 1).toISOString() });
    expect(new SessionStore('test').isSignedIn).toBe(false);
  });

  it('is not upset by what it did not write', () => {
    localStorage.setItem('test', '{"token": 5}');
    expect(new SessionStore('test').isSignedIn).toBe(false);
    localStorage.setItem('test', 'no json');
    expect(new SessionStore('test').isSignedIn).toBe(false);
  });

  it('acts for another operator until somebody signs in or out', async () => {
    const store = new SessionStore('test');
    store.signIn({ token: 'abc', expiresAt: null });
    store.actFor('two');
    const calls = answerWith(200);
    await store.fetch('http://localhost/one');
    expect(calls[0]?.headers.get('X-Busbar-Operator')).toBe('two');
    expect(new SessionStore('test').operator).toBe('two');
    store.signOut();
    store.signIn({ token: 'def', expiresAt: null });
    await store.fetch('http://localhost/two');
    expect(calls[1]?.headers.get('X-Busbar-Operator')).toBeNull();
  });

  it('acts for nobody any more once somebody signs in or out in another tab', () => {
    const store = new SessionStore('test');
    store.signIn({ token: 'abc', expiresAt: null });
    store.actFor('two');
    localStorage.setItem('test', JSON.stringify({ token: 'def', expiresAt: null }));
    window.dispatchEvent(new StorageEvent('storage', { key: 'test' }));
    expect(store.operator).toBeNull();
    expect(store.state.credentials?.token).toBe('def');
    localStorage.clear();
    window.dispatchEvent(new StorageEvent('storage', { key: null }));
    expect(store.isSignedIn).toBe(false);
  });

  it('sends the token and tells its listeners when the server ended the session', async () => {
    const store = new SessionStore('test');
    const changed = vi.fn();
    store.subscribe(changed);
    store.signIn({ token: 'abc', expiresAt: null });
    const calls = answerWith(401);
    await store.fetch('http://127.0.0.1/api/v1/me');
    expect(calls[0]?.headers.get('Authorization')).toBe('Bearer abc');
    expect(store.state).toEqual({ credentials: null, reason: 'expired' });
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('works with a token that only the browser holds', async () => {
    const store = new SessionStore('test');
    store.signIn({ token: null, expiresAt: inAnHour() });
    expect(new SessionStore('test').isSignedIn).toBe(true);
    const calls = answerWith(200);
    await store.fetch('http://127.0.0.1/api/v1/me');
    expect(calls[0]?.headers.get('X-Busbar-Request')).toBe('1');
    expect(calls[0]?.headers.has('Authorization')).toBe(false);
  });

  it('does not take a refused sign-in for an ended session', async () => {
    const store = new SessionStore('test');
    answerWith(401);
    await store.fetch('http://127.0.0.1/api/v1/auth');
    expect(store.state.reason).toBeNull();
  });
});
