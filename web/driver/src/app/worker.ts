import { useSyncExternalStore } from 'react';

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

function tell(next: ServiceWorker | null): void {
  waiting = next;
  for (const listener of listeners) listener();
}

function watch(registration: ServiceWorkerRegistration): void {
  // Without a controller this is the first visit: there is nothing older that it would replace.
  if (registration.waiting && navigator.serviceWorker.controller) tell(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing;
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && navigator.serviceWorker.controller) tell(coming);
    });
  });
}

/** So long the first page has the line for itself. */
const CALM_MILLIS = 1_500;

function register(): void {
  const address = `${import.meta.env.BASE_URL}sw.js`;
  navigator.serviceWorker.register(address, { scope: import.meta.env.BASE_URL }).then(watch, () => undefined);
}

/**
 * Keep the shell of the app on the phone: a while after the first page stands there, since that fetches every part of the
 * app. Where the browser has no such thing, the app works all the same.
 */
export function startWorker(): void {
  if (!('serviceWorker' in navigator)) return;
  if (navigator.serviceWorker.controller) register();
  else setTimeout(register, CALM_MILLIS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a newer version lies ready, and the way to it: the page changes only when its reader says so. */
export function useUpdate(): { isReady: boolean; update: () => void } {
  const ready = useSyncExternalStore(subscribe, () => waiting);
  return {
    isReady: ready !== null,
    update: () => {
      navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true });
      ready?.postMessage({ type: 'SKIP_WAITING' });
    },
  };
}
