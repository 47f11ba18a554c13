import type { Schemas } from '@busbar/client';

const AT = '2026-05-04T09:00:00Z';

export function aLine(changes: Partial<Schemas['PriceLine']> = {}): Schemas['PriceLine'] {
  return {
    kind: 'energy',
    share: 'none',
    quantity: '30.000',
    unit: 'kWh',
    unit_price: '0.59',
    net: 1451,
    tax: 319,
    gross: 1770,
    vat_percent: '22',
    reason: '',
    starts_at: AT,
    ends_at: '2026-05-04T10:00:00Z',
    offer_id: null,
    ...changes,
  };
}

export function aSlot(changes: Partial<Schemas['WeekSlot']> = {}): Schemas['WeekSlot'] {
  return {
    electricity: null,
    service: null,
    whole: null,
    total: '0.59',
    time: null,
    period: null,
    changes_within: false,
    ...changes,
  };
}

/** A night at 0.39 and a day at 0.59, on every day of the week. */
export function aQuote(changes: Partial<Schemas['Quote']> = {}): Schemas['Quote'] {
  const slots = Array.from({ length: 48 }, (_, place) => aSlot({ total: place < 12 ? '0.39' : '0.59' }));
  return {
    station_id: 'MI-AC-01',
    evse_id: 1,
    connector_id: null,
    tariff_id: 'trf-1',
    tariff_name: 'Milano a consumo',
    tariff_version: 1,
    valid_from: AT,
    currency: 'EUR',
    currency_digits: 2,
    time_zone: 'Europe/Rome',
    sentences: {
      en: ['Energy: €0.59 per kWh, with 22 % tax.', 'Prices hold the tax.'],
      it: ['Energia: 0,59 € al kWh, IVA 22 % inclusa.'],
      zh: ['电量：0.59 EUR/千瓦时，含22%税。'],
    },
    now: aSlot(),
    week: Array.from({ length: 7 }, (_, day) => ({
      day: `2026-05-${String(4 + day).padStart(2, '0')}`,
      day_type: 'workday',
      slots,
    })),
    example: {
      energy_wh: 30_000,
      duration_s: 3600,
      starts_at: AT,
      currency: 'EUR',
      currency_digits: 2,
      net: 1451,
      tax: 319,
      gross: 1770,
      lines: [aLine()],
    },
    offers: [],
    hold: null,
    reservation: null,
    ...changes,
  };
}

export function aCost(changes: Partial<Schemas['Cost']> = {}): Schemas['Cost'] {
  return {
    currency: 'EUR',
    currency_digits: 2,
    net: 174,
    tax: 38,
    gross: 212,
    revision: 0,
    is_final: false,
    priced_at: AT,
    tariff_id: 'trf-1',
    tariff_name: 'Milano a consumo',
    tariff_version: 1,
    ...changes,
  };
}

export function aPrice(changes: Partial<Schemas['SessionPrice']> = {}): Schemas['SessionPrice'] {
  return {
    ...aCost(),
    session_id: 'ses-1',
    assigned_by: 'site',
    fixed_at: AT,
    energy_wh: 3600,
    lines: [aLine({ quantity: '3.600', net: 174, tax: 38, gross: 212 })],
    refusals: [],
    station_cost: null,
    station_tariff: null,
    revisions: [],
    ...changes,
  };
}

export function aWallet(changes: Partial<Schemas['Wallet']> = {}): Schemas['Wallet'] {
  return {
    driver_id: 'd1',
    account_id: 'acc-1',
    currency: 'EUR',
    status: 'open',
    balance: 2000,
    held: 3000,
    owed: 0,
    mode: 'prepaid',
    start_minimum: 500,
    company_name: null,
    ...changes,
  };
}

export function anEntry(changes: Partial<Schemas['WalletEntry']> = {}): Schemas['WalletEntry'] {
  return {
    transfer_id: 'tr-1',
    at: AT,
    kind: 'top_up',
    state: 'posted',
    amount: 5000,
    balance: 5000,
    session_id: null,
    reason: '',
    ...changes,
  };
}
