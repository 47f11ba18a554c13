import type { Schemas } from '@busbar/client';
import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { session } from '../app/server';
import { me, openConsole, playServer } from '../testing/stage';

const permissions = [...me.permissions, 'manage_money', 'read_money', 'manage_prices', 'manage_operators'];

const patient = { timeout: 10_000 };

const purchase: Schemas['PurchaseTariff'] = {
  purchase_id: 'p-far',
  name: 'Night power',
  site_id: null,
  site_name: null,
  currency: 'EUR',
  valid_from: '2026-01-01',
  prices: { flat: '0.1' },
  days: [{ slots: 'F'.repeat(48), day_types: [], months: [] }],
  changed_at: '2026-01-01T00:00:00Z',
  changed_by: 'staff:s1',
};
const plan: Schemas['Plan'] = {
  plan_id: 'plan-far',
  name: 'Gold',
  currency: 'EUR',
  currency_digits: 2,
  included_wh: 0,
  is_open: true,
  members: 0,
  monthly_minimum: 0,
  monthly_price: 1_000,
  tax_permille: 0,
  changed_at: '2026-01-01T00:00:00Z',
  created_at: '2026-01-01T00:00:00Z',
};
const coupon: Schemas['Coupon'] = {
  coupon_id: 'c-far',
  code: 'SPRING',
  offer_id: 'offer-1',
  offer_name: 'Spring',
  budget: null,
  currency: null,
  spent: 0,
  uses: 0,
  uses_max: null,
  created_at: '2026-01-01T00:00:00Z',
  ended_at: null,
  valid_until: null,
};
const schedule: Schemas['ReportSchedule'] = {
  schedule_id: 's-far',
  name: 'Monday figures',
  group_by: 'site',
  rhythm: 'weekly',
  weekday: 1,
  day: 1,
  hour: 6,
  time_zone: 'UTC',
  formats: ['pdf'],
  recipients: ['ada@example.org'],
  language: 'en',
  is_active: true,
  site_id: null,
  tariff_id: null,
  customer_group: null,
  electricity_price: null,
  created_at: '2026-01-01T00:00:00Z',
  created_by: 'staff:s1',
  last_at: null,
  last_reason: '',
  next_at: null,
  last_letters: 0,
  last_sent: 0,
  last_failed: 0,
};

function answer({ method, path }: { method: string; path: string }) {
  if (path === '/api/v1/auth/me') return { status: 200, body: { ...me, permissions } };
  if (path === '/api/v1/purchase-tariffs/p-far') return { status: 200, body: purchase };
  if (path === '/api/v1/report-schedules/s-far') return { status: 200, body: schedule };
  if (path === '/api/v1/plans/plan-far') return { status: 200, body: plan };
  if (path === '/api/v1/coupons/c-far') return { status: 200, body: coupon };
  const [, thing] = /^\/api\/v1\/(\w+(?:[-/]\w+)*)\/nobody$/.exec(path) ?? [];
  if (method === 'GET' && thing)
    return { status: 404, body: { code: `not_found.${thing}`, detail: 'there is no such thing' } };
  return undefined;
}

afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
});

it.each([
  ['/payees?edit=nobody', 'There is no such payee'],
  ['/payees?end=nobody', 'There is no such agreement, or it has an end already'],
  ['/partners?edit=nobody', 'There is no such partner'],
  ['/drivers?edit=nobody', 'There is no such driver'],
  ['/tokens?edit=nobody', 'There is no such token'],
  ['/offers/plans?edit=nobody', 'There is no such plan'],
  ['/offers/coupons?edit=nobody', 'There is no such coupon'],
  ['/tariffs/purchases?edit=nobody', 'There are no such electricity prices'],
  ['/reports/schedules?edit=nobody', 'There is no such report by mail'],
])(
  'says at %s that what is asked for is not there, and stays with the list',
  async (address, words) => {
    playServer(answer);
    await openConsole(address);
    expect(await screen.findByText(words, {}, patient)).toBeTruthy();
    await waitFor(() => expect(window.location.search).toBe(''), patient);
    expect(screen.getByRole('heading', { level: 1 })).toBeTruthy();
  },
  30_000,
);

it.each([
  ['/tariffs/purchases?edit=p-far', 'Night power'],
  ['/reports/schedules?edit=s-far', 'Monday figures'],
  ['/offers/plans?edit=plan-far', 'Gold'],
  ['/offers/coupons?edit=c-far', 'SPRING'],
])(
  'opens at %s what the list on screen does not hold',
  async (address, name) => {
    playServer(answer);
    await openConsole(address);
    const opened = await screen.findByRole('dialog', {}, patient);
    expect(opened.innerHTML).toContain(name);
    expect(window.location.search).toContain('edit=');
  },
  30_000,
);
