const BYTES = 16;

/** A new `Idempotency-Key`. `crypto.randomUUID` is missing where the page came without TLS. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
