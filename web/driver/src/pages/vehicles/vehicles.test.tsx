import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { renderApp } from '../../testing/renderApp';
import { serve } from '../../testing/server';

it('takes a battery of any size that the server takes', async () => {
  const { asked } = serve({ 'GET /vehicles': { body: { items: [] } }, 'POST /vehicles': { status: 201, body: {} } });
  await renderApp('/vehicles', { isSignedIn: true });
  const person = userEvent.setup();
  await person.click(await screen.findByTestId('vehicle-add'));
  await person.type(screen.getByTestId('vehicle-name'), 'Blue one');
  const battery = screen.getByTestId('vehicle-battery') as HTMLInputElement;
  for (const [typed, isTaken] of [
    ['0.5', false],
    ['1000.5', false],
    ['77.4', true],
  ] as const) {
    await person.clear(battery);
    await person.type(battery, typed);
    expect(battery.validity.valid).toBe(isTaken);
  }
  await person.click(screen.getByTestId('form-submit'));
  await waitFor(() =>
    expect(asked.find(({ method }) => method === 'POST')?.body).toMatchObject({ battery_wh: 77_400 }),
  );
});
