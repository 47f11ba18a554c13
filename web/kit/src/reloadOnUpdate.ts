const STORAGE_KEY = 'busbar.reloaded';
/** A second failure within this time is not cured by another reload. */
const PATIENCE_MILLIS = 60_000;

/** A server that does not answer the page itself within this time would not answer the browser either. */
const ANSWER_MILLIS = 10_000;

/**
 * Read the whole page anew, if the server gives it. While it is exchanged a proxy answers in its place: that page would have
 * no script to come back by.
 */
export async function renewPage(): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_MILLIS);
  const answer = await fetch(window.location.href, { cache: 'no-store', signal }).catch(() => null);
  if (answer?.ok) window.location.reload();
}

/**
 * A page that was opened before an update asks for parts that are gone since. Then the whole page is read anew, once.
 * Vite tells by the event `vite:preloadError`.
 */
export function reloadOnUpdate(reload: () => void = () => void renewPage()): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(STORAGE_KEY) ?? 0);
    if (Date.now() - last < PATIENCE_MILLIS) return;
    event.preventDefault();
    sessionStorage.setItem(STORAGE_KEY, String(Date.now()));
    reload();
  });
}
