import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { startBrand } from '../../app/brand';
import { renderApp } from '../../testing/renderApp';
import { problem, serve } from '../../testing/server';

const person = userEvent.setup();
const me = { email: 'ada@example.org', display_name: 'Ada', operator_name: 'Luce', language: 'en' };
const brand = { name: 'Luce Mobilità', short_name: 'Luce', accent_light: null, accent_dark: null, logo_digest: null };

afterEach(() => void vi.useRealTimers());

it('keeps no password that was typed and not used, and no problem of before', async () => {
  serve({ 'GET /me': { body: me }, 'POST /me/erase': problem(403, 'denied.credentials') });
  await renderApp('/account', { isSignedIn: true });
  await person.click(await screen.findByTestId('edit-password'));
  await person.type(screen.getByTestId('old-password'), 'correct horse');
  await person.click(screen.getByText('Cancel'));
  await person.click(screen.getByTestId('edit-password'));
  expect((screen.getByTestId('old-password') as HTMLInputElement).value).toBe('');
  await person.click(screen.getByText('Cancel'));

  await person.click(screen.getByTestId('erase'));
  await person.type(screen.getByTestId('erase-password'), 'wrong');
  await person.click(screen.getByTestId('form-submit'));
  await screen.findByTestId('form-problem');
  await person.click(screen.getByText('Cancel'));
  await person.click(screen.getByTestId('erase'));
  expect(screen.queryByTestId('form-problem')).toBeNull();
  expect((screen.getByTestId('erase-password') as HTMLInputElement).value).toBe('');
});

it("goes by the brand's name, and keeps the file of one's data until it is saved", async () => {
  serve({ 'GET /me': { body: me }, 'GET /brand': { body: brand }, 'GET /me/data': { body: { driver_id: 'd1' } } });
  Reflect.set(navigator, 'standalone', false); // a phone on which one installs by hand
  await renderApp('/account', { isSignedIn: true });
  expect(document.title).toBe('Account · Busbar');
  startBrand();
  await waitFor(() => expect(document.title).toBe('Account · Luce Mobilità'));
  expect((await screen.findByTestId('install-card')).textContent).toContain('Keep Luce Mobilità on this phone');
  Reflect.deleteProperty(navigator, 'standalone');

  const names: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    names.push(this.download);
  });
  const revoke = vi.spyOn(URL, 'revokeObjectURL');
  const later = vi.spyOn(window, 'setTimeout');
  await person.click(screen.getByTestId('export'));
  await waitFor(() => expect(names).toEqual(['luce-mobilità-my-data.json']));
  expect(revoke).not.toHaveBeenCalled();
  expect(later.mock.calls.some(([, millis]) => millis === 10_000)).toBe(true);
});

it('shows that the file is under way, and asks for it once', async () => {
  const { asked } = serve({ 'GET /me': { body: me } });
  const answerAtOnce = fetch;
  vi.stubGlobal('fetch', (request: Request) =>
    request.url.endsWith('/me/data')
      ? answerAtOnce(request).then(() => new Promise(() => undefined))
      : answerAtOnce(request),
  );
  await renderApp('/account', { isSignedIn: true });
  await person.click(await screen.findByTestId('export'));
  await waitFor(() => expect(screen.getByTestId('export').textContent).toContain('One moment'));
  await person.click(screen.getByTestId('export'));
  expect(asked.filter(({ path }) => path === '/me/data')).toHaveLength(1);
});
