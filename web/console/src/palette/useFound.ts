import { take } from '@busbar/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../app/server';
import type { Permission } from '../queries/me';
import { type Entry, fits } from './entries';

const ROWS = 6;
const PAUSE_MILLIS = 140;
const SESSION_KEY = /^[0-9a-f-]{32,36}$/i;

function useCalm(value: string): string {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), PAUSE_MILLIS);
    return () => clearTimeout(timer);
  }, [value]);
  return calm;
}

type Permits = (permission: Permission) => boolean;

/** Companies and payments, for those who may see money. */
async function findMoney(q: string): Promise<Entry[]> {
  const query = { q, limit: ROWS };
  const [companies, payments] = await Promise.all([
    take(api.GET('/api/v1/companies', { params: { query } })),
    take(api.GET('/api/v1/payments', { params: { query } })),
  ]);
  return [
    ...companies.items.map(
      ({ company_id: id, name }): Entry => ({
        key: `f ${id}`,
        group: 'companies',
        title: name,
        to: `/companies/${id}`,
      }),
    ),
    ...payments.items.map(
      (payment): Entry => ({
        key: `m ${payment.payment_id}`,
        group: 'payments',
        title: payment.driver_name || payment.method_label || payment.payment_id.slice(-8),
        note: payment.created_at.slice(0, 16).replace('T', ' '),
        to: `/payments?edit=${payment.payment_id}`,
      }),
    ),
  ];
}

/** What the person may see and open decides what is looked for, and where it leads. */
interface Rights {
  isMoneySeen: boolean;
  isDriverOpened: boolean;
}

async function find(q: string, { isMoneySeen, isDriverOpened }: Rights): Promise<Entry[]> {
  const query = { q, limit: ROWS };
  const [stations, sites, drivers, tokens, ofToken, ofRef, money] = await Promise.all([
    take(api.GET('/api/v1/stations', { params: { query } })),
    take(api.GET('/api/v1/sites', { params: { query } })),
    take(api.GET('/api/v1/drivers', { params: { query } })),
    take(api.GET('/api/v1/tokens', { params: { query } })),
    take(api.GET('/api/v1/sessions', { params: { query: { id_token: q, limit: ROWS } } })),
    q.length <= 64
      ? take(api.GET('/api/v1/sessions', { params: { query: { transaction_ref: q, limit: ROWS } } }))
      : { items: [] },
    isMoneySeen ? findMoney(q) : [],
  ]);
  const sessions = new Map([...ofRef.items, ...ofToken.items].map((session) => [session.session_id, session]));
  return [
    ...stations.items.map(
      ({ station_id: id, name, site_name: site, registration }): Entry => ({
        key: `s ${id}`,
        group: 'stations',
        title: name || id,
        note: [name ? id : null, site].filter(Boolean).join(' · '),
        to: `/stations/${encodeURIComponent(id)}`,
        subject: { kind: 'station', id, label: id, state: registration },
      }),
    ),
    ...sites.items.map(
      ({ site_id: id, name, city }): Entry => ({
        key: `p ${id}`,
        group: 'sites',
        title: name,
        note: city,
        to: `/sites/${id}`,
        subject: { kind: 'site', id, label: name },
      }),
    ),
    ...[...sessions.values()].slice(0, ROWS).map(
      (session): Entry => ({
        key: `c ${session.session_id}`,
        group: 'sessions',
        title: `${session.station_name || session.station_id} · ${session.id_token ?? session.transaction_ref ?? ''}`,
        note: session.started_at?.slice(0, 16).replace('T', ' ') ?? '',
        to: `/sessions/${session.session_id}`,
        subject: {
          kind: 'session',
          id: session.session_id,
          label: session.station_name || session.station_id,
          state: session.is_open ? 'open' : 'closed',
        },
      }),
    ),
    ...drivers.items.map(
      ({ driver_id: id, display_name: name, email, status }): Entry => ({
        key: `d ${id}`,
        group: 'drivers',
        title: name,
        note: email ?? '',
        to: isDriverOpened ? `/drivers?edit=${id}` : `/sessions?driver=${id}`,
        subject: { kind: 'driver', id, label: name, state: status },
      }),
    ),
    ...tokens.items.map(
      ({ value, label }): Entry => ({
        key: `t ${value}`,
        group: 'tokens',
        title: value,
        note: label,
        to: `/tokens?q=${encodeURIComponent(value)}`,
      }),
    ),
    ...money,
  ];
}

/** What of all that has a name or a number fits what was typed. */
export function useFound(typed: string, permits: Permits): { found: Entry[]; isLooking: boolean } {
  const q = useCalm(typed.trim()).slice(0, 100);
  const isWanted = q.length > 0;
  const rights: Rights = { isMoneySeen: permits('read_money'), isDriverOpened: permits('manage_access') };
  const { data, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['found', q, rights],
    enabled: isWanted,
    // What is offered for a thing hangs on how it stands now.
    staleTime: 0,
    gcTime: 0,
    queryFn: () => find(q, rights),
    placeholderData: keepPreviousData,
  });
  const words = typed.trim().slice(0, 100);
  // What was found for other words is offered as far as it fits these.
  const isOld = isPlaceholderData || q !== words;
  const known = isOld ? (data ?? []).filter((entry) => fits(entry, words)) : (data ?? []);
  const direct: Entry[] = SESSION_KEY.test(q)
    ? [{ key: 'direct', group: 'sessions', title: q, to: `/sessions/${q.replaceAll('-', '')}` }]
    : [];
  return { found: isWanted ? [...(isOld ? [] : direct), ...known] : [], isLooking: isFetching || isOld };
}
