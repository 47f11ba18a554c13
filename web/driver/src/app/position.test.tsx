import { act, renderHook } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

const phone = vi.hoisted(() => {
  const asks: { find: PositionCallback; fail: PositionErrorCallback }[] = [];
  const permission = { state: 'granted' };
  Object.defineProperty(window, 'isSecureContext', { value: true, configurable: true });
  Object.defineProperty(navigator, 'geolocation', {
    value: {
      getCurrentPosition: (find: PositionCallback, fail: PositionErrorCallback) => asks.push({ find, fail }),
    },
    configurable: true,
  });
  Object.defineProperty(navigator, 'permissions', {
    value: { query: async () => permission },
    configurable: true,
  });
  return { asks, permission };
});

import { usePosition } from './position';

const MINUTE_MILLIS = 60_000;
const failure = (code: number) => ({ code, PERMISSION_DENIED: 1 }) as GeolocationPositionError;

function answer(latitude: number): void {
  act(() => phone.asks.pop()?.find({ coords: { latitude, longitude: 9 } } as GeolocationPosition));
}

/** Until the browser has told whether it is allowed. */
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve)));

async function openAgain(minutes: number): Promise<void> {
  vi.setSystemTime(Date.now() + minutes * MINUTE_MILLIS);
  document.dispatchEvent(new Event('visibilitychange'));
  await settle();
}

it('asks again where the phone is when the app is opened again after a while', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { result } = renderHook(usePosition);
  await settle();
  expect(result.current.state).toBe('asking');
  answer(45);
  expect(result.current.position?.latitude).toBe(45);

  await openAgain(1);
  expect(phone.asks).toHaveLength(0);
  await openAgain(5);
  await openAgain(5);
  expect(phone.asks).toHaveLength(1);
  expect(result.current).toMatchObject({ state: 'found', position: { latitude: 45 } });
  answer(46);
  expect(result.current.position?.latitude).toBe(46);

  await openAgain(5);
  act(() => phone.asks.pop()?.fail(failure(3)));
  expect(result.current).toMatchObject({ state: 'failed', position: null });

  await openAgain(0);
  answer(47);
  phone.permission.state = 'denied';
  await openAgain(5);
  expect(phone.asks).toHaveLength(0);
  expect(result.current).toMatchObject({ state: 'denied', position: null });
  vi.useRealTimers();
});
