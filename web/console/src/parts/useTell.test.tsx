import { ApiProblem, startI18n } from '@busbar/kit';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { App, ConfigProvider } from 'antd';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { session } from '../app/server';
import { useTell } from './useTell';

function Deeds({ back }: { back: () => Promise<unknown> }) {
  const tell = useTell();
  return (
    <>
      <button type="button" onClick={() => tell.undoable('Blocked: Berta', back)}>
        block
      </button>
      <button type="button" onClick={() => tell.undoable('Deleted: 04A1', back)}>
        delete
      </button>
      <input aria-label="name" />
      <div role="dialog">
        <button type="button" onClick={tell.withdraw}>
          open a form
        </button>
      </div>
    </>
  );
}

async function show(back: () => Promise<unknown>) {
  await startI18n({ en: () => import('../locales/en.json') } as never, 'en');
  render(
    <ConfigProvider theme={{ token: { motion: false } }}>
      <App>
        <Deeds back={back} />
      </App>
    </ConfigProvider>,
  );
}

const press = (name: string) => fireEvent.click(screen.getByText(name));
const undo = () => screen.getByTestId('undo');
const wait = (millis: number) => act(() => vi.advanceTimersByTime(millis));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  vi.stubGlobal('fetch', vi.fn());
});
afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('takes a deed back once, however often it is asked to, and says so', async () => {
  const back = vi.fn(async () => undefined);
  await show(back);
  press('block');
  const button = undo();
  expect(button.closest('[role="status"]')?.textContent).toContain('Blocked: Berta');
  fireEvent.click(button);
  fireEvent.click(button);
  fireEvent.keyDown(window, { key: 'z', ctrlKey: true });
  await act(async () => undefined);
  expect(back).toHaveBeenCalledOnce();
  expect(screen.getByText('Taken back')).toBeTruthy();
  expect(screen.queryByTestId('undo')).toBeNull();
});

it('tells why it could not be taken back', async () => {
  await show(async () => {
    throw new ApiProblem(412, { code: 'conflict.changed_since' });
  });
  press('block');
  fireEvent.click(undo());
  await act(async () => undefined);
  expect(screen.getByText(/Somebody else has changed this meanwhile/)).toBeTruthy();
  expect(screen.queryByText('Taken back')).toBeNull();
});

it('is not offered any more once a form opens, which begins with the deed as done', async () => {
  await show(async () => undefined);
  press('block');
  expect(undo()).toBeTruthy();
  press('open a form');
  expect(screen.queryByTestId('undo')).toBeNull();
});

it('leaves the keys to a dialog while somebody stands in it', async () => {
  const back = vi.fn(async () => undefined);
  await show(back);
  press('block');
  fireEvent.keyDown(screen.getByText('open a form'), { key: 'z', ctrlKey: true });
  await act(async () => undefined);
  expect(back).not.toHaveBeenCalled();
});

it('is taken back by the keys, but not from within a field, which has an undo of its own', async () => {
  const back = vi.fn(async () => undefined);
  await show(back);
  press('block');
  fireEvent.keyDown(screen.getByLabelText('name'), { key: 'z', ctrlKey: true });
  fireEvent.keyDown(window, { key: 'z', ctrlKey: true, shiftKey: true });
  expect(back).not.toHaveBeenCalled();
  fireEvent.keyDown(window, { key: 'z', metaKey: true });
  await act(async () => undefined);
  expect(back).toHaveBeenCalledOnce();
});

it('gives the focus back to where it came from', async () => {
  await show(async () => undefined);
  press('block');
  const from = screen.getByText('delete');
  act(() => from.focus());
  act(() => undo().focus());
  fireEvent.click(undo());
  await act(async () => undefined);
  expect(document.activeElement).toBe(from);
});

it('offers one deed at a time, the latest', async () => {
  await show(async () => undefined);
  press('block');
  press('delete');
  expect(screen.getAllByTestId('undo')).toHaveLength(1);
  expect(screen.getByTestId('undo-offer').textContent).toContain('Deleted: 04A1');
});

it('goes after eight seconds, of which those do not count in which somebody points at it or stands in it', async () => {
  await show(async () => undefined);
  press('block');
  wait(5_000);
  fireEvent.mouseEnter(screen.getByTestId('undo-offer'));
  wait(20_000);
  fireEvent.mouseLeave(screen.getByTestId('undo-offer'));
  act(() => undo().focus());
  wait(20_000);
  act(() => undo().blur());
  wait(2_500);
  expect(screen.queryByTestId('undo')).toBeTruthy();
  wait(1_000);
  expect(screen.queryByTestId('undo')).toBeNull();
});

it('goes with the person whose deed it was', async () => {
  act(() => session.signIn({ token: null, expiresAt: null }));
  await show(async () => undefined);
  press('block');
  expect(undo()).toBeTruthy();
  act(() => session.signOut());
  expect(screen.queryByTestId('undo')).toBeNull();
});
