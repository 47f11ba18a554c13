import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { renderApp } from '../testing/renderApp';
import { type Asked, problem, serve } from '../testing/server';
import { readPushState } from './push';
import { session } from './server';

const person = userEvent.setup();
const me = { email: 'ada@example.org', display_name: 'Ada', operator_name: 'Luce', language: 'en' };
const OWED = 'busbar.driver.signOutOwed';
const noNetwork = () => {
  throw new TypeError('Failed to fetch');
};

/** A browser that is subscribed to push messages. */
function subscribe() {
  const phone = { isSubscribed: true };
  const subscription = {
    endpoint: 'https://push.example/1',
    getKey: () => new ArrayBuffer(1),
    unsubscribe: async () => {
      phone.isSubscribed = false;
      return true;
    },
  };
  const pushManager = { getSubscription: async () => (phone.isSubscribed ? subscription : null) };
  vi.stubGlobal('PushManager', class {});
  vi.stubGlobal('Notification', { permission: 'granted' });
  Object.defineProperty(navigator, 'serviceWorker', {
    value: { getRegistration: async () => ({ pushManager }) },
    configurable: true,
  });
  return phone;
}

afterEach(() => {
  Reflect.deleteProperty(navigator, 'serviceWorker');
  vi.unstubAllGlobals();
});

const named = (asked: Asked[]) => asked.map(({ method, path }) => `${method} ${path}`);
const signOuts = (asked: Asked[]) => asked.filter(({ path }) => path === '/sign-out').length;

it('takes the phone off the notices before it signs out', async () => {
  const phone = subscribe();
  const { asked } = serve({
    'GET /me': { body: me },
    'DELETE /push-device': { status: 204 },
    'POST /sign-out': { status: 204 },
  });
  await renderApp('/account', { isSignedIn: true });
  await person.click(await screen.findByTestId('sign-out'));
  await waitFor(() => expect(session.isSignedIn).toBe(false));
  const deeds = named(asked).filter((deed) => !deed.startsWith('GET'));
  expect(deeds).toEqual(['DELETE /push-device', 'POST /sign-out']);
  expect(phone.isSubscribed).toBe(false);
  expect(localStorage.getItem(OWED)).toBeNull();
});

it('leaves no notices to the next person when a sign-in ends by itself', async () => {
  const phone = subscribe();
  serve({ 'GET /me': { body: me } });
  await renderApp('/account', { isSignedIn: true });
  await screen.findByTestId('me-name');
  expect(await readPushState()).toBe('on');
  session.signOut('expired');
  await waitFor(() => expect(phone.isSubscribed).toBe(false));
});

it('turns notices off also when the server cannot be told', async () => {
  const phone = subscribe();
  serve({ 'GET /me': { body: me }, 'DELETE /push-device': noNetwork });
  await renderApp('/account', { isSignedIn: true });
  await person.click(await screen.findByTestId('push-switch'));
  await waitFor(() => expect(screen.getByTestId('push').dataset.state).toBe('off'));
  expect(phone.isSubscribed).toBe(false);
});

it('has the notices come in the language that was chosen', async () => {
  subscribe();
  const { asked } = serve({
    'GET /me': { body: me },
    'PATCH /me': { body: me },
    'PUT /push-device': { status: 204 },
  });
  await renderApp('/account', { isSignedIn: true });
  await person.click(await screen.findByTestId('language-it'));
  const put = await waitFor(() => {
    const found = asked.find(({ method, path }) => method === 'PUT' && path === '/push-device');
    expect(found).toBeDefined();
    return found;
  });
  expect(put?.body).toMatchObject({ endpoint: 'https://push.example/1', language: 'it' });
});

it('signs out at the server once there is a network again', async () => {
  const { answers, asked } = serve({ 'GET /me': { body: me }, 'POST /sign-out': noNetwork });
  await renderApp('/account', { isSignedIn: true });
  await person.click(await screen.findByTestId('sign-out'));
  await waitFor(() => expect(signOuts(asked)).toBe(2)); // by the button, and as soon as nobody is signed in
  expect(localStorage.getItem(OWED)).not.toBeNull();

  answers['POST /sign-out'] = problem(401, 'unauthenticated.missing');
  window.dispatchEvent(new Event('online'));
  await waitFor(() => expect(localStorage.getItem(OWED)).toBeNull());
  window.dispatchEvent(new Event('online'));
  await Promise.resolve();
  expect(signOuts(asked)).toBe(3);
});

it('never ends the sign-in of whoever came after', async () => {
  localStorage.setItem(OWED, '1');
  const { asked } = serve({ 'GET /me': { body: me } });
  await renderApp('/account', { isSignedIn: true });
  await screen.findByTestId('me-name');
  window.dispatchEvent(new Event('online'));
  await Promise.resolve();
  expect(signOuts(asked)).toBe(0);
});

it('shows a notice with the sign that the server names, and with none of another host', () => {
  const source = readFileSync(join(import.meta.dirname, '../../public/push.js'), 'utf8');
  const listeners: Record<string, (event: object) => void> = {};
  const icons: string[] = [];
  const worker = {
    addEventListener: (name: string, listener: (event: object) => void) => {
      listeners[name] = listener;
    },
    registration: { showNotification: (_title: string, { icon }: { icon: string }) => icons.push(icon) },
  };
  new Function('self', source)(worker);
  for (const icon of ['/api/v1/driver/brand/logo?v=1', 'https://elsewhere.example/x.png', undefined])
    listeners.push?.({ data: { json: () => ({ title: 'Begun', icon }) }, waitUntil: () => undefined });
  expect(icons).toEqual(['/api/v1/driver/brand/logo?v=1', '/app/icons/busbar-192.png', '/app/icons/busbar-192.png']);
});
