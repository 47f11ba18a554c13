import { take } from '@busbar/client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../app/server';
import type { Entry } from './entries';

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

async function find(q: string): Promise<Entry[]> {
  const query = { q, limit: ROWS };
  const [stations, sites, drivers, tokens, ofToken, ofRef] = await Promise.all([
    take(api.GET('/api/v1/stations', { params: { query } })),
    take(api.GET('/api/v1/sites', { params: { query } })),
    take(api.GET('/api/v1/drivers', { params: { query } })),
    take(api.GET('/api/v1/tokens', { params: { query } })),
    take(api.GET('/api/v1/sessions', { params: { query: { id_token: q, limit: ROWS } } })),
    q.length <= 64
      ? take(api.GET('/api/v1/sessions', { params: { query: { transaction_ref: q, limit: ROWS } } }))
      : { items: [] },
  ]);
  const sessions = new Map([...ofRef.items, ...ofToken.items].map((session) => [session.session_id, session]));
  return [
    ...stations.items.map(
      ({ station_id: id, name, site_name: site }): Entry => ({
        key: `s ${id}`,
        group: 'stations',
        title: name || id,
        note: [name ? id : null, site].filter(Boolean).join(' · '),
        to: `/stations/${encodeURIComponent(id)}`,
        subject: { kind: 'station', id, label: id },
      }),
    ),
    ...sites.items.map(
      ({ site_id: id, name, city }): Entry => ({
        key: `p ${id}`,
        group: 'sites',
        title: name,
        note: city,
        to: `/sites/${id}`,
      }),
    ),
    ...[...sessions.values()].slice(0, ROWS).map(
      (session): Entry => ({
        key: `c ${session.session_id}`,
        group: 'sessions',
        title: `${session.station_name || session.station_id} · ${session.id_token ?? session.transaction_ref ?? ''}`,
        note: session.started_at?.slice(0, 16).replace('T', ' ') ?? '',
        to: `/sessions/${session.session_id}`,
      }),
    ),
    ...drivers.items.map(
      ({ driver_id: id, display_name: name, email }): Entry => ({
        key: `d ${id}`,
        group: 'drivers',
        title: name,
        note: email ?? '',
        to: `/drivers?edit=${id}`,
        subject: { kind: 'driver', id, label: name },
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
  ];
}

/** Stations, sites, sessions, drivers and tokens that fit what was typed. */
export function useFound(typed: string): { found: Entry[]; isLooking: boolean } {
  const q = useCalm(typed.trim()).slice(0, 100);
  const isWanted = q.length > 0;
  const { data, isFetching } = useQuery({
    queryKey: ['found', q],
    enabled: isWanted,
    queryFn: () => find(q),
    placeholderData: keepPreviousData,
  });
  const direct: Entry[] = SESSION_KEY.test(q)
    ? [{ key: 'direct', group: 'sessions', title: q, to: `/sessions/${q.replaceAll('-', '')}` }]
    : [];
  return { found: isWanted ? [...direct, ...(data ?? [])] : [], isLooking: isFetching };
}
