const STORAGE_KEY = 'busbar.reloaded';
/** A second failure within this time is not cured by another reload. */
const PATIENCE_MILLIS = 60_000;

/**
 * A page that was opened before an update asks for parts that are gone since. Then the whole page is read anew, once.
 * Vite tells by the event `vite:preloadError`.
 */
export function reloadOnUpdate(reload: () => void = () => window.location.reload()): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(STORAGE_KEY) ?? 0);
    if (Date.now() - last < PATIENCE_MILLIS) return;
    event.preventDefault();
    sessionStorage.setItem(STORAGE_KEY, String(Date.now()));
    reload();
  });
}
