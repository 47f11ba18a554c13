import type { Schemas } from '@busbar/client';
import type { LiveSession } from '../app/kept';

const AT = '2026-05-04T09:00:00Z';

export function aStep(step: Schemas['Step'], at = AT, detail: string | null = null): Schemas['SessionStep'] {
  return { step, at, heard_at: at, source: 'station', actor: null, detail, number: null, is_offline: false };
}

/** A charge on 22 kW that has run for ten minutes. */
export function aSession(changes: Partial<LiveSession> = {}): LiveSession {
  return {
    session_id: 'ses-1',
    state: 'active',
    is_open: true,
    charging_state: 'charging',
    station_id: 'MI-AC-01',
    station_name: 'Colonnina A',
    site_name: 'Milano Scalo',
    address: 'Via dei Binari 12',
    city: 'Milano',
    country: 'IT',
    time_zone: 'Europe/Rome',
    evse_id: 1,
    connector_id: 1,
    connector_kind: 'type2',
    requested_at: AT,
    started_at: AT,
    ended_at: null,
    duration_s: 600,
    energy_wh: 3600,
    power_w: 21600,
    current_ma: 31300,
    voltage_mv: 230100,
    soc_permille: null,
    last_sample_at: AT,
    stop_reason: null,
    fail_reason: null,
    close_reason: null,
    cost: null,
    target: null,
    steps: [aStep('requested'), aStep('start_accepted'), aStep('started')],
    readAt: 1_000_000,
    heardAt: 1_000_000,
    ...changes,
  };
}

export function aConnector(changes: Partial<Schemas['DriverConnector']> = {}): Schemas['DriverConnector'] {
  return {
    connector_id: 1,
    kind: 'type2',
    power_kind: 'ac3',
    max_power_w: 22_000,
    label: null,
    status: 'available',
    ...changes,
  };
}

export function anEvse(changes: Partial<Schemas['DriverEvse']> = {}): Schemas['DriverEvse'] {
  return { evse_id: 1, startability: 'ready', session_id: null, connectors: [aConnector()], ...changes };
}

export function aStation(changes: Partial<Schemas['DriverStation']> = {}): Schemas['DriverStation'] {
  return {
    station_id: 'MI-AC-01',
    name: 'Colonnina A',
    operator_name: 'Busbar Demo',
    site_id: 'site-1',
    site_name: 'Milano Scalo',
    address: 'Via dei Binari 12',
    city: 'Milano',
    country: 'IT',
    latitude: 45.48,
    longitude: 9.2,
    is_online: true,
    time_zone: 'Europe/Rome',
    hours: { is_always: true, regular: [], openings: [], closings: [] },
    is_open: true,
    changes_at: null,
    evses: [anEvse()],
    chosen_evse_id: null,
    ...changes,
  };
}

export function aNearbyStation(changes: Partial<Schemas['NearbyStation']> = {}): Schemas['NearbyStation'] {
  return {
    station_id: 'MI-AC-01',
    name: 'Colonnina A',
    operator_name: 'Busbar Demo',
    site_id: 'site-1',
    site_name: 'Milano Scalo',
    address: 'Via dei Binari 12',
    city: 'Milano',
    country: 'IT',
    latitude: 45.48,
    longitude: 9.2,
    distance_m: 1200,
    is_online: true,
    max_power_w: 22_000,
    connectors: [{ kind: 'type2', power_kind: 'ac3', max_power_w: 22_000, total: 2, available: 1 }],
    available_evses: 1,
    total_evses: 2,
    time_zone: 'Europe/Rome',
    is_open: true,
    changes_at: null,
    price: null,
    ...changes,
  };
}

export function aReceipt(changes: Partial<Schemas['Receipt']> = {}): Schemas['Receipt'] {
  return {
    session_id: 'ses-1',
    receipt_number: 'R-0001',
    issued_at: AT,
    operator_name: 'Busbar Demo',
    station_id: 'MI-AC-01',
    station_name: 'Colonnina A',
    site_name: 'Milano Scalo',
    address: 'Via dei Binari 12',
    city: 'Milano',
    country: 'IT',
    time_zone: 'Europe/Rome',
    evse_id: 1,
    id_token: '…2SZK',
    started_at: AT,
    ended_at: '2026-05-04T09:40:00Z',
    duration_s: 2400,
    energy_wh: 6379,
    register_start_wh: 0,
    register_end_wh: 6379,
    flags: [],
    stop_reason: 'EVDisconnected',
    close_reason: 'reported',
    price: null,
    ...changes,
  };
}
