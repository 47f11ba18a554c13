import type { Schemas } from '@busbar/client';
import { minorDigits } from '@busbar/kit';
import type { TFunction } from 'i18next';
import { toMinor } from '../../parts/minor';

type Shares = Schemas['SharesBody'];

const KWH_PER_MWH_DIGITS = 3;

/** Digits after the point of a price per kWh that is whole minor units per MWh. */
export const kwhDigits = (currency: string): number => minorDigits(currency) + KWH_PER_MWH_DIGITS;

/** Shares as people write them: percent, and amounts in major units. */
export interface SharesForm {
  electricity?: number | null;
  service?: number | null;
  commission?: number | null;
  /** Whole minor units. */
  perSession?: number | null;
  /** Major units, as they were typed. */
  perKwh?: string | null;
  takesRest?: boolean;
}

export function writeShares(form: SharesForm, currency: string): Shares {
  const permille = (percent: number | null | undefined) => Math.round((percent ?? 0) * 10);
  const takesRest = form.takesRest ?? false;
  return {
    electricity_permille: takesRest ? 0 : permille(form.electricity),
    service_permille: takesRest ? 0 : permille(form.service),
    commission_permille: permille(form.commission),
    per_session: takesRest ? 0 : (form.perSession ?? 0),
    per_mwh: takesRest ? 0 : (toMinor(form.perKwh ?? '', kwhDigits(currency)) ?? 0),
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
