import { expect, it } from 'vitest';
import { writeLeft } from './Countdown';

it('counts down by the second', () => {
  expect([725_000, 3_725_000, 400, -5].map(writeLeft)).toEqual(['12:05', '1:02:05', '0:01', '0:00']);
});
