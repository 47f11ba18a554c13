import { act, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { startI18n } from '../i18n';
import { Stale } from './Notice';

afterEach(() => void vi.useRealTimers());

it('reads out once that figures are old, while their age beside it grows', async () => {
  const none = async () => ({ default: {} });
  await startI18n({ en: none, it: none, zh: none }, 'en');
  vi.useFakeTimers();
  const { container } = render(<Stale since={Date.now() - 5_000} />);
  const told = () => [screen.getByRole('status').textContent, container.textContent];
  const [words, all] = told();
  expect(words).toBe('Not up to date');
  expect(all).toContain('Last update');
  act(() => void vi.advanceTimersByTime(7_000));
  expect(told()[0]).toBe(words);
  expect(told()[1]).not.toBe(all);
});
