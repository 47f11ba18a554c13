import type { Schemas } from '@busbar/client';
import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { session } from '../../app/server';
import { type Asked, me, openConsole, playServer } from '../../testing/stage';

beforeAll(async () => {
  await import('./CompanyPage');
}, 60_000);

const patient = { timeout: 10_000 };
const at = '2026-11-21T10:00:00Z';
const company: Schemas['Company'] = {
  company_id: 'c1',
  name: 'Wind',
  is_active: true,
  driver_count: 1,
  owed: 0,
  created_at: at,
};
const berta: Schemas['CompanyDriver'] = { driver_id: 'd1', driver_name: 'Berta', budget: 5_000, spent: 0, since: at };
const MEMBER = '/api/v1/companies/c1/drivers/d1';
let payer: string | null;

function answer({ method, path }: Asked) {
  if (path === '/api/v1/auth/me')
    return { status: 200, body: { ...me, permissions: [...me.permissions, 'read_money', 'manage_money'] } };
  if (path === '/api/v1/companies/c1') return { status: 200, body: company };
  if (path === '/api/v1/drivers/d1/wallet') return { status: 200, body: { driver_id: 'd1', company_name: payer } };
  if (path === MEMBER) payer = method === 'DELETE' ? null : company.name;
  if (path === MEMBER) return { status: 204 };
  if (path !== '/api/v1/companies/c1/drivers') return undefined;
  return { status: 200, body: { items: payer ? [berta] : [], next_cursor: null, total: payer ? 1 : 0 } };
}

async function removeBerta() {
  const asked = playServer(answer);
  await openConsole('/companies/c1?edit=d1');
  fireEvent.click(await screen.findByTestId('company-driver-remove', {}, patient));
  const undo = await screen.findByTestId('undo', {}, patient);
  return { undo, deeds: () => asked.filter(({ path, method }) => path === MEMBER && method !== 'GET') };
}

beforeEach(() => {
  payer = company.name;
});
afterEach(() => {
  act(() => session.signOut());
  cleanup();
  vi.unstubAllGlobals();
});

it('lets a driver charge at the company again, with the budget of before', async () => {
  const { undo, deeds } = await removeBerta();
  fireEvent.click(undo);
  await screen.findByText('Taken back', {}, patient);
  expect(deeds().map(({ method, body }) => [method, body])).toEqual([
    ['DELETE', undefined],
    ['PUT', { budget: 5_000 }],
  ]);
}, 30_000);

it('leaves a driver with the company that took them meanwhile', async () => {
  const { undo, deeds } = await removeBerta();
  payer = 'Sun';
  fireEvent.click(undo);
  await screen.findByText(/Somebody else has changed this meanwhile/, {}, patient);
  expect(deeds().map(({ method }) => method)).toEqual(['DELETE']);
}, 30_000);
