const KEY = 'busbar.driver.network';
const SLUG = /^[a-z0-9-]{1,40}$/;

/**
 * Whose app this is where the host name does not tell: `?operator=` in the address, kept from then on. An empty one
 * (`?operator=`) gives the app back to its host.
 */
export function readNetwork(): string | null {
  const named = new URLSearchParams(window.location.search).get('operator');
  if (named === '') localStorage.removeItem(KEY);
  else if (named !== null && SLUG.test(named)) localStorage.setItem(KEY, named);
  const kept = localStorage.getItem(KEY);
  return kept !== null && SLUG.test(kept) ? kept : null;
}
