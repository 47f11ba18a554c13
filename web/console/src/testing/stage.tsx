import type { Schemas } from '@busbar/client';
import { startI18n } from '@busbar/kit';
import { render } from '@testing-library/react';
import { vi } from 'vitest';
import { App } from '../app/App';
import { type ConsoleRouter, makeRouter } from '../app/router';
import { session } from '../app/server';

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}

type Answer = { status: number; body?: unknown };
type Answers = (asked: Asked) => Answer | undefined;

const page = (items: unknown[] = []) => ({ items, next_cursor: null, total: items.length });

export const me: Schemas['Me'] = {
  staff_id: 's1',
  api_key_id: null,
  email: 'ada@example.org',
  display_name: 'Ada',
  language: 'en',
  operator_id: 'o1',
  operator_name: 'Isle of Power',
  role: 'admin',
  site_ids: [],
  is_platform: false,
  must_enrol: false,
  permissions: ['read', 'control', 'manage_access', 'manage_network', 'read_audit', 'manage_staff'],
};

/** What any page asks for, with nothing in it. */
function usual({ method, path }: Asked): Answer {
  if (path === '/api/v1/auth/me') return { status: 200, body: me };
  if (path === '/api/v1/auth/sign-in')
    return { status: 200, body: { token: null, expires_at: '2099-01-01T00:00:00Z', me } };
  if (path.endsWith('/quirks')) return { status: 200, body: { items: [] } };
  if (method === 'GET') return { status: 200, body: page() };
  return { status: 204 };
}

/** A server played by the test. Returns what it was asked, in order; live streams stay open and silent. */
export function playServer(answers: Answers): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    if (url.pathname === '/api/v1/events' || url.pathname.endsWith('/stream'))
      return new Response(new ReadableStream({}));
    const text = await request.text();
    const one: Asked = {
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      body: text ? JSON.parse(text) : undefined,
      headers: request.headers,
    };
    asked.push(one);
    const { status, body } = answers(one) ?? usual(one);
    if (body === undefined) return new Response(null, { status });
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
  });
  return asked;
}

/** Open the console at an address, in English, as somebody who is signed in unless told otherwise. */
export async function openConsole(address: string, { isSignedIn = true } = {}): Promise<ConsoleRouter> {
  await startI18n(
    {
      zh: () => import('../locales/zh.json'),
      en: () => import('../locales/en.json'),
      it: () => import('../locales/it.json'),
    },
    'en',
  );
  if (isSignedIn) session.signIn({ token: null, expiresAt: null });
  else session.signOut();
  window.history.replaceState(null, '', address);
  const router = makeRouter();
  render(<App router={router} />);
  return router;
}

/** A station with one EVSE of one connector. */
export function makeStation(more: Partial<Schemas['Station']> = {}): Schemas['Station'] {
  return {
    station_id: 'CS-1',
    operator_id: 'o1',
    name: 'Column 1',
    note: '',
    site_id: null,
    site_name: null,
    registration: 'accepted',
    is_online: true,
    protocol: 'ocpp1.6',
    vendor: 'Acme',
    model: 'A1',
    serial_number: null,
    firmware_version: null,
    iccid: null,
    imsi: null,
    meter_type: null,
    meter_serial_number: null,
    latitude: null,
    longitude: null,
    created_at: '2026-11-21T10:00:00Z',
    connected_at: '2026-11-21T10:00:00Z',
    disconnected_at: null,
    booted_at: null,
    last_seen_at: '2026-11-21T10:00:00Z',
    boot_reason: null,
    remote_address: null,
    is_encrypted: false,
    has_password: false,
    is_tolerant: null,
    status: 'available',
    error_code: null,
    evses: [
      {
        evse_id: 1,
        session: null,
        connectors: [
          {
            connector_id: 1,
            kind: 'type2',
            power_kind: 'ac3',
            max_power_w: 22_000,
            max_current_ma: null,
            label: null,
            status: 'available',
            status_at: null,
            error_code: null,
            vendor_error_code: null,
            info: null,
          },
        ],
      },
    ],
    ...more,
  } as Schemas['Station'];
}
