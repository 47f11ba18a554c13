import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { renderApp } from '../../testing/renderApp';
import { problem, serve } from '../../testing/server';

const person = userEvent.setup();
/** What the browser's own reader sees. */
let seen: string[] = [];

class FakeDetector {
  static getSupportedFormats = async () => ['qr_code'];
  detect = async () => seen.map((rawValue) => ({ rawValue }));
}

class FakeTrack extends EventTarget {
  lit: unknown[] = [];
  isStopped = false;
  getCapabilities = () => ({ torch: true });
  applyConstraints = async (wanted: unknown) => void this.lit.push(wanted);
  stop = () => {
    this.isStopped = true;
  };
}

/** Give the page a camera; `ask` is what happens when it asks for it. */
function giveCamera(ask: () => Promise<unknown>) {
  vi.stubGlobal('navigator', { ...window.navigator, mediaDevices: { getUserMedia: ask }, permissions: undefined });
}

function pictureOf(track: FakeTrack) {
  return { getTracks: () => [track], getVideoTracks: () => [track] };
}

beforeEach(() => {
  seen = [];
  vi.stubGlobal('BarcodeDetector', FakeDetector);
  const { prototype } = HTMLVideoElement;
  vi.spyOn(prototype, 'play').mockResolvedValue();
  Object.defineProperty(prototype, 'srcObject', { configurable: true, writable: true, value: null });
  Object.defineProperties(prototype, {
    readyState: { configurable: true, value: 4 },
    HAVE_CURRENT_DATA: { configurable: true, value: 2 },
  });
});

afterEach(() => vi.unstubAllGlobals());

it.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'absent'],
  ['NotReadableError', 'busy'],
  ['TypeError', 'failed'],
])('says what can be done when the camera answers %s', async (name, state) => {
  serve({});
  let tries = 0;
  giveCamera(async () => {
    tries += 1;
    throw new DOMException('no', name);
  });
  await renderApp('/code');
  await person.click(await screen.findByTestId('scan'));
  await waitFor(() => expect(screen.getByTestId('camera').dataset.state).toBe(state));
  expect(screen.getByTestId('code')).toBeDefined();
  await person.click(screen.getByTestId('camera-retry'));
  await waitFor(() => expect(tries).toBe(2));
});

it('lights the lamp, and lets the camera go when it is closed or taken away', async () => {
  serve({});
  const tracks: FakeTrack[] = [];
  giveCamera(async () => {
    const track = new FakeTrack();
    tracks.push(track);
    return pictureOf(track);
  });
  await renderApp('/code');
  await person.click(await screen.findByTestId('scan'));
  await person.click(await screen.findByTestId('torch'));
  await waitFor(() => expect(screen.getByTestId('torch').getAttribute('aria-pressed')).toBe('true'));
  expect(tracks[0]?.lit).toEqual([{ advanced: [{ torch: true }] }]);
  await person.click(screen.getByTestId('camera-close'));
  expect(tracks[0]?.isStopped).toBe(true);
  await person.click(screen.getByTestId('scan'));
  await screen.findByTestId('torch');
  tracks[1]?.dispatchEvent(new Event('ended'));
  await waitFor(() => expect(screen.getByTestId('camera').dataset.state).toBe('busy'));
});

it('tells a label of another network and what is no label from a station that is not known', async () => {
  serve({ 'GET /lookup': problem(404, 'not_found.station') });
  giveCamera(async () => pictureOf(new FakeTrack()));
  await renderApp('/code');
  for (const [code, words] of [
    ['https://other.example/app/s/X-1/1', /another network: other\.example/],
    ['WIFI:T:WPA;S:cafe;P:espresso;;', /no label of a charging station/],
    ['MI-AC-99', /no station with this code/],
  ] as const) {
    seen = [code];
    await person.click(await screen.findByTestId('scan'));
    expect(await screen.findByText(words)).toBeDefined();
  }
});
