import { describe, expect, it } from 'vitest';
import { termsOf } from './commandForms';

const NOW = Date.UTC(2026, 2, 1, 12);

describe('termsOf', () => {
  it('has no expiry for a request that does not wait', () => {
    expect(termsOf({}, NOW)).toEqual({});
    expect(termsOf({ wait: 'none' }, NOW)).toEqual({});
  });

  it('counts the wait from now', () => {
    expect(termsOf({ wait: 'hour' }, NOW)).toEqual({ expires_at: '2026-03-01T13:00:00.000Z' });
    expect(termsOf({ wait: 'week' }, NOW)).toEqual({ expires_at: '2026-03-08T12:00:00.000Z' });
  });
});
