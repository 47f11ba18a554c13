import { describe, expect, it } from 'vitest';
import { ApiProblem, describeProblem } from './problem';

describe('describeProblem', () => {
  it('reads problem details', () => {
    const body = {
      code: 'invalid.request',
      detail: 'The request breaks the schema.',
      facts: { verdict: 'blocked' },
      errors: [{ field: 'body.evses.0.evse_id', code: 'int', detail: 'too small' }, null, 'x'],
    };
    expect(describeProblem(new ApiProblem(422, body))).toEqual({
      kind: 'invalid',
      code: 'invalid.request',
      detail: 'The request breaks the schema.',
      facts: { verdict: 'blocked' },
      fields: { 'body.evses.0.evse_id': 'too small' },
    });
  });

  it.each([
    [new ApiProblem(503, null), 'unavailable'],
    [new ApiProblem(418, 'tea'), 'unknown'],
    [new TypeError('Failed to fetch'), 'offline'],
    [new Error('other'), 'unknown'],
    ['thrown text', 'unknown'],
  ])('tells the kind of %s', (error, kind) => {
    expect(describeProblem(error).kind).toBe(kind);
  });
});
