import { ApiProblem } from '@busbar/kit';
import { expect, it } from 'vitest';
import { findProblem, readFieldProblems } from './fieldProblems';

it('tells which rule is broken where', () => {
  const errors = [
    { field: 'body.terms.elements[1].restrictions.max_energy_wh', code: 'empty_range', detail: '' },
    { field: 'body.terms.texts[...].language', code: 'pattern', detail: '' },
    { field: 'body.name', code: 'missing', detail: '' },
    null,
  ];
  const problems = readFieldProblems(new ApiProblem(422, { code: 'invalid.tariff', errors }));
  expect(findProblem(problems, 'elements[1].restrictions.max_energy_wh')).toBe('empty_range');
  expect(findProblem(problems, 'elements[0].restrictions.max_energy_wh')).toBeUndefined();
  expect(findProblem(problems, 'texts[3].language')).toBe('pattern');
  expect([problems.size, readFieldProblems(new Error('other')).size]).toEqual([2, 0]);
});
