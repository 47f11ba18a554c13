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

/** Keep the shell of the app on the phone. Where the browser has no such thing, the app works all the same. */
export function startWorker(): void {
  if (!('serviceWorker' in navigator)) return;
  const address = `${import.meta.env.BASE_URL}sw.js`;
  navigator.serviceWorker.register(address, { scope: import.meta.env.BASE_URL }).then(watch, () => undefined);
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
