import { ApiProblem } from '@busbar/kit';
import { expect, it, vi } from 'vitest';
import { putBack } from './back';

interface Site {
  name: string;
  hours: { from: string; to: string };
  changed_at: string;
}

const was: Site = { name: 'Molo', hours: { from: '08', to: '20' }, changed_at: '1' };
const left: Site = { name: 'Pier', hours: { from: '08', to: '22' }, changed_at: '2' };

function keep(now: Site) {
  const write = vi.fn(async () => undefined);
  return { names: ['name', 'hours'] as const, read: async () => now, write };
}

it('writes the former values, and only what people enter', async () => {
  // Read again: other words in another order, and a time that nobody entered.
  const kept = keep({ changed_at: '9', hours: { to: '22', from: '08' }, name: 'Pier' });
  await putBack(kept, was, left);
  expect(kept.write).toHaveBeenCalledExactlyOnceWith(was, { name: 'Molo', hours: { from: '08', to: '20' } });
});

it.each([
  { ...left, name: 'Harbour' },
  { ...left, hours: { from: '09', to: '22' } },
])('writes nothing over what somebody has changed since', async (now) => {
  const kept = keep(now);
  const problem = await putBack(kept, was, left).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ApiProblem);
  expect((problem as ApiProblem).body).toEqual({ code: 'conflict.changed_since' });
  expect(kept.write).not.toHaveBeenCalled();
});

it('writes nothing when it cannot be read', async () => {
  const kept = { ...keep(left), read: () => Promise.reject(new ApiProblem(404, {})) };
  await expect(putBack(kept, was, left)).rejects.toBeInstanceOf(ApiProblem);
  expect(kept.write).not.toHaveBeenCalled();
});
