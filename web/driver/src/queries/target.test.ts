import { describe, expect, it } from 'vitest';
import { aSession } from '../testing/fixtures';
import { bodyOf, expectEnd, modeOf, moveTarget, offerTarget, shareDone } from './target';

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

  it('reckons the end from the power of now, and says nothing where it cannot', () => {
    const session = aSession({ energy_wh: 5_000, power_w: 10_000, target: { ...aTarget, energy_wh: 10_000 } });
    expect(expectEnd(session, 0)).toBe(1_800_000);
    expect(shareDone(session)).toBe(0.5);
    expect(expectEnd({ ...session, power_w: 0 }, 0)).toBeNull();
    expect(expectEnd(aSession(), 0)).toBeNull();
    expect(modeOf(session)).toBe('energy');
    expect(modeOf(aSession())).toBe('none');
  });
});
