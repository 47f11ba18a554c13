import { act, cleanup, fireEvent, renderHook, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { session } from '../app/server';
import { type Asked, makeStation, openConsole, playServer } from '../testing/stage';
import { useSelection } from './useSelection';

const patient = { timeout: 10_000 };
const page = (items: unknown[], next: string | null = null) => ({
  status: 200,
  body: { items, next_cursor: next, total: items.length },
});

afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
});

async function doWithAll(list: string, deed: string) {
  const ticks = await screen.findAllByTestId(`${list}-select-all`, {}, patient); // antd measures columns by a second one
  fireEvent.click(ticks[0] as HTMLElement);
  fireEvent.click(await screen.findByTestId('bulk-open'));
  fireEvent.click(await screen.findByTestId(`bulk-${deed}`, {}, patient));
}

it('keeps what became of each station when none is left in the list', async () => {
  let isAccepted = false;
  playServer(({ method, path, body }) => {
    if (path === '/api/v1/stations') return page(isAccepted ? [] : [makeStation({ registration: 'pending' })]);
    if (method !== 'PUT') return undefined;
    isAccepted = (body as { registration: string }).registration === 'accepted';
    return { status: 200, body: makeStation() };
  });
  await openConsole('/stations?registration=pending');
  await doWithAll('stations', 'accept');
  expect(await screen.findByText('Nothing fits', {}, patient)).toBeTruthy();
  expect(screen.getByTestId('bulk-undo')).toBeTruthy();
}, 30_000);

it('keeps what became of each session when the list of open ones becomes empty', async () => {
  let isAsked = false;
  playServer(({ method, path }) => {
    const one = { session_id: 's1', station_id: 'CS-1', is_open: true, energy_wh: 1 };
    if (path === '/api/v1/sessions') return page(isAsked ? [] : [one]);
    if (method !== 'POST' || !path.endsWith('/stop')) return undefined;
    isAsked = true;
    return { status: 409, body: { code: 'conflict', detail: 'ended' } };
  });
  await openConsole('/sessions?state=open');
  await doWithAll('sessions', 'stop');
  fireEvent.click(await screen.findByTestId('bulk-confirm', {}, patient));
  expect(await screen.findByText('Nothing fits', {}, patient)).toBeTruthy();
  expect(screen.getByTestId('bulk-again')).toBeTruthy();
}, 30_000);

it('brings a station into a list by state when it comes into that state', async () => {
  let isFaulted = false;
  playServer(({ path }) =>
    path === '/api/v1/stations' ? page(isFaulted ? [makeStation({ status: 'faulted' })] : []) : undefined,
  );
  const played = globalThis.fetch;
  let tell: (text: string) => void = () => undefined;
  const line = new ReadableStream<Uint8Array>({
    start: (controller) => {
      tell = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
  });
  vi.stubGlobal('fetch', (input: RequestInfo | URL, init?: RequestInit) =>
    new Request(input, init).url.includes('/api/v1/events') ? Promise.resolve(new Response(line)) : played(input, init),
  );
  await openConsole('/stations?state=faulted');
  await screen.findByText('Nothing fits', {}, patient);
  isFaulted = true;
  tell('id: 1\nevent: ConnectorStatusChanged\ndata: {"station_id": "CS-1"}\n\n');
  expect(await screen.findByText('Column 1', {}, patient)).toBeTruthy();
}, 30_000);

it('lists under charging only stations that are online', async () => {
  const asked = playServer(() => undefined);
  await openConsole('/stations?state=charging');
  await screen.findByText('Nothing fits', {}, patient);
  const query = asked.find(({ path, query: wish }) => path === '/api/v1/stations' && wish.has('status'))?.query;
  expect(query?.get('is_online')).toBe('true');
}, 30_000);

const driver = (id: string) => ({ driver_id: id, display_name: id, email: `${id}@example.org`, status: 'active' });
const drivers = ({ method, path, query }: Asked) => {
  if (method !== 'GET' || path !== '/api/v1/drivers') return undefined;
  const cursor = query.get('cursor');
  return page([driver(`after ${cursor}`)], { b: 'c', c: null }[cursor ?? ''] ?? (cursor ? null : 'b'));
};
const place = () => Object.fromEntries(new URLSearchParams(window.location.search));

it('leads to the page before, whatever was opened meanwhile', async () => {
  playServer(drivers);
  const router = await openConsole('/drivers');
  for (const shown of ['after null', 'after b']) {
    await screen.findByText(shown, {}, patient);
    fireEvent.click(screen.getByTestId('drivers-next'));
  }
  await screen.findByText('after c', {}, patient);
  await act(() => router.navigate({ to: '/drivers', search: { after: 'c', page: 3, edit: 'nobody' } }));
  await act(() => router.navigate({ to: '/drivers', search: { after: 'c', page: 3 } }));
  fireEvent.click(screen.getByTestId('drivers-previous'));
  await screen.findByText('after b', {}, patient);
  expect(place()).toEqual({ after: 'b', page: '2' });
  fireEvent.click(screen.getByTestId('drivers-previous'));
  await screen.findByText('after null', {}, patient);
  expect(place()).toEqual({});
}, 30_000);

it('leads from a page of a link to the first one', async () => {
  playServer(drivers);
  await openConsole('/drivers?after=elsewhere&page=3');
  fireEvent.click(await screen.findByTestId('drivers-previous', {}, patient));
  await waitFor(() => expect(place()).toEqual({}), patient);
}, 30_000);

it('holds ticked rows as they were last shown', () => {
  const keyOf = ({ id }: { id: string }) => id;
  const { result, rerender } = renderHook(({ shown }) => useSelection(shown, keyOf), {
    initialProps: { shown: [{ id: 'a', energy: 1 }] },
  });
  act(() => result.current.toggle('a'));
  rerender({ shown: [{ id: 'a', energy: 2 }] });
  rerender({ shown: [{ id: 'b', energy: 9 }] });
  expect([...result.current.rows.values()]).toEqual([{ id: 'a', energy: 2 }]);
});
