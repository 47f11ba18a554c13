import type { Schemas } from '@busbar/client';
import { describe, expect, it } from 'vitest';
import { aSession, aStep } from '../testing/fixtures';
import { aCost } from '../testing/money';
import { batteryOf, bodyOf, expectEnd, modeOf, moveTarget, offerTarget, shareDone } from './target';

const aTarget = { energy_wh: null, soc_permille: null, stop_at: null, cost: null, is_reached: false };

describe('where a charge ends by itself', () => {
  it('offers a little more than there is, or what was chosen before', () => {
    expect(offerTarget(aSession({ energy_wh: 3_600 }), 'energy').value).toBe(14_000);
    expect(offerTarget(aSession({ soc_permille: 870 }), 'soc').value).toBe(950);
    expect(offerTarget(aSession({ target: { ...aTarget, energy_wh: 20_000 } }), 'energy').value).toBe(20_000);
  });

  it('moves in steps and stays within what is possible', () => {
    expect(moveTarget({ mode: 'energy', value: 14_000 }, 1).value).toBe(15_000);
    expect(moveTarget({ mode: 'soc', value: 1_000 }, 1).value).toBe(1_000);
    expect(moveTarget({ mode: 'time', value: 900 }, -1).value).toBe(900);
  });

  it('tells the server one of three things, or nothing', () => {
    expect(bodyOf({ mode: 'energy', value: 5_000 })).toEqual({ energy_wh: 5_000 });
    expect(bodyOf({ mode: 'time', value: 3_600 })).toEqual({ after_s: 3_600 });
    expect(bodyOf({ mode: 'none', value: 0 })).toEqual({});
  });

  it('reckons the end from the power that was told, and says nothing where it cannot', () => {
    const session = aSession({ energy_wh: 5_000, power_w: 10_000, target: { ...aTarget, energy_wh: 10_000 } });
    expect(expectEnd({ ...session, heardAt: 0 }, null)).toBe(1_800_000);
    expect(expectEnd({ ...session, heardAt: 5_000 }, null)).toBe(1_805_000);
    expect(shareDone(session)).toBe(0.5);
    expect(expectEnd({ ...session, power_w: 0 }, null)).toBeNull();
    expect(expectEnd({ ...session, steps: [aStep('station_offline', '2026-05-04T09:30:00Z')] }, null)).toBeNull();
    expect(expectEnd(aSession(), null)).toBeNull();
    expect(modeOf(session)).toBe('energy');
    expect(modeOf(aSession())).toBe('none');
  });

  it('reckons the end of an amount by the mean price so far, not by a fee for the start alone', () => {
    const session = aSession({ energy_wh: 5_000, power_w: 10_000, heardAt: 0, cost: aCost({ gross: 300 }) });
    const target = { ...aTarget, cost: 600 };
    expect(expectEnd({ ...session, target }, 50_000)).toBe(1_800_000);
    expect(expectEnd({ ...session, target, energy_wh: 10 }, 50_000)).toBeNull();
    expect(expectEnd({ ...session, target, cost: null }, 50_000)).toBeNull();
  });

  it('reckons by the battery of the car until it is full, or as far as was chosen', () => {
    const session = aSession({ power_w: 50_000, heardAt: 0, soc_permille: 500 });
    expect(expectEnd(session, 50_000)).toBe(1_800_000);
    expect(expectEnd({ ...session, target: { ...aTarget, soc_permille: 800 } }, 50_000)).toBe(1_080_000);
    expect(expectEnd(session, null)).toBeNull();
    expect(expectEnd({ ...session, soc_permille: 1_000 }, 50_000)).toBeNull();
  });

  it('takes the battery of the only car, or of the only one with that connector', () => {
    const car = (kind: Schemas['ConnectorKind'] | null, wh: number | null) =>
      ({ connector_kind: kind, battery_wh: wh }) as Schemas['OwnVehicle'];
    expect(batteryOf([car(null, 40_000)], 'ccs2')).toBe(40_000);
    expect(batteryOf([car('ccs2', 60_000), car('chademo', 40_000)], 'ccs2')).toBe(60_000);
    expect(batteryOf([car('ccs2', 60_000), car('ccs2', 40_000)], 'ccs2')).toBeNull();
    expect(batteryOf([car(null, 60_000), car('ccs2', 40_000)], null)).toBeNull();
    expect(batteryOf(undefined, 'ccs2')).toBeNull();
  });
});
