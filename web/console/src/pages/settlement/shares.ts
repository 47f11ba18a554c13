import type { Schemas } from '@busbar/client';
import type { TFunction } from 'i18next';

type Shares = Schemas['SharesBody'];

const KWH_PER_MWH = 1000;

/** Shares as people write them: percent, and amounts in major units. */
export interface SharesForm {
  electricity?: number | null;
  service?: number | null;
  commission?: number | null;
  perSession?: number | null;
  perKwh?: number | null;
  takesRest?: boolean;
}

/** Minor units of a major one: what the language's own money format says of the currency. */
export function minorUnits(currency: string): number {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  return 10 ** (digits ?? 2);
}

export function writeShares(form: SharesForm, currency: string): Shares {
  const units = minorUnits(currency);
  const permille = (percent: number | null | undefined) => Math.round((percent ?? 0) * 10);
  const takesRest = form.takesRest ?? false;
  return {
    electricity_permille: takesRest ? 0 : permille(form.electricity),
    service_permille: takesRest ? 0 : permille(form.service),
    commission_permille: permille(form.commission),
    per_session: takesRest ? 0 : Math.round((form.perSession ?? 0) * units),
    per_mwh: takesRest ? 0 : Math.round((form.perKwh ?? 0) * KWH_PER_MWH * units),
    takes_rest: takesRest,
  };
}

interface Says {
  t: TFunction;
  percent: (permille: number) => string;
  money: (amount: number) => string;
}

/** What a payee gets, part by part, in words. */
export function tellShares(shares: Schemas['Shares'], { t, percent, money }: Says): string[] {
  const said: (string | false)[] = [
    shares.takes_rest && t('settlement.getsRest'),
    shares.electricity_permille > 0 && t('settlement.getsElectricity', { part: percent(shares.electricity_permille) }),
    shares.service_permille > 0 && t('settlement.getsService', { part: percent(shares.service_permille) }),
    shares.commission_permille > 0 && t('settlement.getsCommission', { part: percent(shares.commission_permille) }),
    shares.per_session > 0 && t('settlement.getsPerSession', { amount: money(shares.per_session) }),
    shares.per_mwh > 0 && t('settlement.getsPerMwh', { amount: money(shares.per_mwh) }),
  ];
  return said.filter((each): each is string => each !== false);
}

const tones: Record<Schemas['SettlementState'], string> = {
  draft: 'default',
  approved: 'processing',
  paying: 'processing',
  paid: 'success',
  returned: 'error',
  owed: 'warning',
  cleared: 'success',
  cancelled: 'default',
};

export function toneOf(state: Schemas['SettlementState']): string {
  return tones[state];
}
