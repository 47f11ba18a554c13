import { expect, it } from 'vitest';
import { moveWindow } from './zoom';

it('steps through a chart without leaving it', () => {
  expect(moveWindow({ start: 0, end: 100 }, 'in')).toEqual({ start: 25, end: 75 });
  expect(moveWindow({ start: 25, end: 75 }, 'on')).toEqual({ start: 37.5, end: 87.5 });
  expect(moveWindow({ start: 60, end: 100 }, 'on')).toEqual({ start: 60, end: 100 });
  expect(moveWindow({ start: 5, end: 55 }, 'back')).toEqual({ start: 0, end: 50 });
  expect(moveWindow({ start: 0, end: 10 }, 'out')).toEqual({ start: 0, end: 20 });
  expect(moveWindow({ start: 40, end: 60 }, 'all')).toEqual({ start: 0, end: 100 });
  expect(moveWindow({ start: 50, end: 50.5 }, 'in')).toEqual({ start: 50, end: 50.5 });
});
