import { useSyncExternalStore } from 'react';

/** The browser's offer to install, which only Chromium makes. */
interface InstallOffer extends Event {
  prompt: () => Promise<unknown>;
}

let offer: InstallOffer | null = null;
const listeners = new Set<() => void>();

function tell(next: InstallOffer | null): void {
  offer = next;
  for (const listener of listeners) listener();
}

/** To be called before the page is drawn: the offer comes early and only once. */
export function listenForInstall(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault(); // no banner out of the blue: we offer it where it fits
    tell(event as InstallOffer);
  });
  window.addEventListener('appinstalled', () => tell(null));
}

/** `offered`: one tap installs. `byHand`: the person has to do it in the browser's menu (iOS). `none`: installed, or not possible. */
export type InstallWay = 'offered' | 'byHand' | 'none';

export function useInstall(): { way: InstallWay; install: () => void } {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => offer,
  );
  const isInstalled = matchMedia('(display-mode: standalone)').matches || Reflect.get(navigator, 'standalone') === true;
  const isApple = 'standalone' in navigator;
  const way: InstallWay = isInstalled ? 'none' : current ? 'offered' : isApple ? 'byHand' : 'none';
  return {
    way,
    install: () => {
      void current?.prompt();
      tell(null); // an offer can be used once
    },
  };
}
