import { take } from '@busbar/client';
import { currentLanguage } from '@busbar/kit';
import { api } from './server';

/** `off` and `on` can be changed here; `denied` only in the phone's settings; `unsupported` not at all. */
export type PushState = 'off' | 'on' | 'denied' | 'unsupported';

function readKey(text: string): Uint8Array<ArrayBuffer> {
  const padded = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .padEnd(Math.ceil(text.length / 4) * 4, '=');
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

function writeKey(key: ArrayBuffer | null): string {
  const bytes = String.fromCharCode(...new Uint8Array(key ?? new ArrayBuffer(0)));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function findRegistration(): Promise<ServiceWorkerRegistration | null> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return null;
  return (await navigator.serviceWorker.getRegistration()) ?? null;
}

/** Whether this device is told things while the app is closed. */
export async function readPushState(): Promise<PushState> {
  const registration = await findRegistration();
  if (!registration) return 'unsupported';
  if (Notification.permission === 'denied') return 'denied';
  return (await registration.pushManager.getSubscription()) ? 'on' : 'off';
}

async function findSubscription(): Promise<PushSubscription | null> {
  return (await (await findRegistration())?.pushManager.getSubscription()) ?? null;
}

/** Tell the server where this device is reached, and in which language. */
async function putDevice(subscription: PushSubscription): Promise<void> {
  await take(
    api.PUT('/api/v1/driver/push-device', {
      body: {
        endpoint: subscription.endpoint,
        p256dh: writeKey(subscription.getKey('p256dh')),
        auth: writeKey(subscription.getKey('auth')),
        language: currentLanguage(),
      },
    }),
  );
}

/** Ask the phone's leave, subscribe at its push service, and tell the server where. */
export async function turnPushOn(): Promise<PushState> {
  const registration = await findRegistration();
  if (!registration) return 'unsupported';
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const { application_server_key: key } = await take(api.GET('/api/v1/driver/push-key'));
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: readKey(key),
  });
  await putDevice(subscription);
  return 'on';
}

/** Have the notices come in the language that the app speaks now. */
export async function renewPush(): Promise<void> {
  const subscription = await findSubscription();
  if (subscription) await putDevice(subscription);
}

/** Let nothing reach this device any more. It needs neither network nor sign-in: the push service tells the server. */
export async function dropPush(): Promise<void> {
  await (await findSubscription())?.unsubscribe();
}

export async function turnPushOff(signal?: AbortSignal): Promise<PushState> {
  const subscription = await findSubscription();
  if (subscription) {
    const query = { endpoint: subscription.endpoint };
    // Where the server does not hear of it, the push service refuses what it sends.
    const telling = take(api.DELETE('/api/v1/driver/push-device', { params: { query }, signal })).catch(
      () => undefined,
    );
    await Promise.all([telling, subscription.unsubscribe()]);
  }
  return readPushState();
}
