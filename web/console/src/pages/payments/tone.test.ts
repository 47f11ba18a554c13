import { expect, it } from 'vitest';
import { paymentStates, toneOf } from './tone';

it('gives every state a colour and a shape', () => {
  expect(paymentStates.map((state) => toneOf(state).shape)).toEqual([
    'dots',
    'dots',
    'dots',
    'check',
    'dots',
    'slash',
    'clock',
    'cross',
    'slash',
  ]);
});
