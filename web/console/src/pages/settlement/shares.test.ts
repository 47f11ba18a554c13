import type { TFunction } from 'i18next';
import { expect, it } from 'vitest';
import { tellShares, writeShares } from './shares';

it('writes shares in the units of the API', () => {
  expect(writeShares({ electricity: 100, service: 33.3, perSession: 10, perKwh: '0.0255' }, 'EUR')).toEqual({
    electricity_permille: 1000,
    service_permille: 333,
    commission_permille: 0,
    per_session: 10,
    per_mwh: 2550,
    takes_rest: false,
  });
  expect(writeShares({ perSession: 5, perKwh: '2' }, 'JPY')).toMatchObject({ per_session: 5, per_mwh: 2000 });
});

it('gives who takes the rest nothing else of electricity and service', () => {
  expect(writeShares({ takesRest: true, electricity: 5, commission: 10, perSession: 1 }, 'EUR')).toEqual({
    electricity_permille: 0,
    service_permille: 0,
    commission_permille: 100,
    per_session: 0,
    per_mwh: 0,
    takes_rest: true,
  });
});

it('tells only what a payee gets', () => {
  const says = { t: ((key: string) => key) as TFunction, percent: String, money: String };
  const none = { electricity_permille: 0, service_permille: 0, commission_permille: 0, per_session: 0, per_mwh: 0 };
  expect(tellShares({ ...none, takes_rest: true }, says)).toEqual(['settlement.getsRest']);
  expect(tellShares({ ...none, service_permille: 5, per_mwh: 1, takes_rest: false }, says)).toEqual([
    'settlement.getsService',
    'settlement.getsPerMwh',
  ]);
});
