import type { Schemas } from '@busbar/client';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it, vi } from 'vitest';
import * as shrink from '../../app/shrink';
import { aStation } from '../../testing/fixtures';
import { renderApp } from '../../testing/renderApp';
import { problem, serve } from '../../testing/server';

const person = userEvent.setup();

function aReport(changes: Partial<Schemas['OwnComplaint']> = {}): Schemas['OwnComplaint'] {
  return {
    complaint_id: 'r-1',
    category: 'damaged',
    status: 'open',
    text: '',
    photo_ids: [],
    entries: [],
    station_id: 'MI-AC-01',
    station_name: null,
    site_name: null,
    evse_id: null,
    session_id: null,
    created_at: '2026-05-04T09:00:00Z',
    changed_at: '2026-05-04T09:00:00Z',
    ...changes,
  };
}

beforeEach(() => {
  vi.spyOn(shrink, 'shrinkPhoto').mockImplementation(async (file) => file);
});

it('keeps a photo that did not come through, and sends it again from the report', async () => {
  const { asked, answers } = serve({
    'GET /stations/MI-AC-01': { body: aStation() },
    'GET /complaints': { body: { items: [] } },
    'GET /complaints/r-1': { body: aReport() },
    'POST /complaints': { status: 201, body: aReport() },
    'POST /complaints/r-1/photos': problem(503, 'unavailable.x'),
  });
  await renderApp('/reports/new?station=MI-AC-01', { isSignedIn: true });
  await person.click(await screen.findByTestId('report-damaged'));
  await person.upload(screen.getByTestId('photo-file'), new File(['"x"'], 'a.jpg', { type: 'image/jpeg' }));
  await screen.findByLabelText('Remove photo 1');
  await person.click(screen.getByTestId('report-send'));

  const kept = within(await screen.findByTestId('more-photos'));
  kept.getByLabelText('Remove photo 1');
  await person.click(kept.getByTestId('photos-send'));
  await kept.findByRole('alert');
  kept.getByLabelText('Remove photo 1');

  answers['POST /complaints/r-1/photos'] = { status: 201, body: { photo_id: 'f-1' } };
  answers['GET /complaints/r-1'] = { body: aReport({ photo_ids: ['f-1'] }) };
  await person.click(kept.getByTestId('photos-send'));
  await screen.findByAltText('Photo 1');
  await waitFor(() => expect(kept.queryByTestId('photos-send')).toBeNull());
  expect(asked.filter(({ path }) => path === '/complaints/r-1/photos').at(-1)?.body).toBe('x');
});

it('takes more photos as long as a report is not over and has room', async () => {
  const { answers } = serve({ 'GET /complaints/r-1': { body: aReport({ photo_ids: ['a', 'b', 'c'] }) } });
  await renderApp('/reports/r-1', { isSignedIn: true });
  await screen.findByTestId('photo-add');
  for (const over of [aReport({ status: 'resolved' }), aReport({ photo_ids: ['a', 'b', 'c', 'd'] })]) {
    answers['GET /complaints/r-1'] = { body: over };
    document.body.replaceChildren();
    await renderApp('/reports/r-1', { isSignedIn: true });
    await screen.findByTestId('report-page');
    await screen.findByText('You reported it');
    expect(screen.queryByTestId('photo-add')).toBeNull();
  }
});
