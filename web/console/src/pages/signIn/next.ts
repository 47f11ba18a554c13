/** Where somebody wanted to go, while the browser is away at an identity provider. */
const NEXT = 'busbar.console.next';

/** Only a place of this application may be gone to after signing in. */
export function safePlace(next: string | undefined): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/';
}

export function keepNext(next: string | undefined): void {
  sessionStorage.setItem(NEXT, safePlace(next));
}

export function takeNext(): string {
  const next = sessionStorage.getItem(NEXT) ?? undefined;
  sessionStorage.removeItem(NEXT);
  return safePlace(next);
}
