import type { Schemas } from '@busbar/client';
import { expect, it } from 'vitest';
import { toBody, toValues } from './profileValues';

const template: Schemas['ProfileTemplate'] = {
  template_id: 't',
  operator_id: 'o',
  name: 'Night',
  changed_at: '2026-11-21T10:00:00Z',
  profile: {
    profile_id: 7,
    stack_level: 1,
    purpose: 'tx_default',
    kind: 'relative',
    transaction_ref: null,
    valid_from: null,
    valid_to: null,
    schedule: {
      unit: 'W',
      duration_s: 7_200,
      starts_at: null,
      min_rate_milli: null,
      periods: [
        { start_s: 0, limit_milli: 11_000_000, phases: 3 },
        { start_s: 1_800, limit_milli: 7_400_000, phases: null },
      ],
    },
  },
};

it('shows a profile in the units of people and gives it back unchanged', () => {
  const values = toValues(template);
  expect(values.periods).toEqual([
    { start_min: 0, limit: 11, phases: 3 },
    { start_min: 30, limit: 7.4, phases: null },
  ]);
  expect(toBody(values).profile.schedule).toMatchObject({
    unit: 'W',
    duration_s: 7_200,
    periods: template.profile.schedule.periods,
  });
});

it('puts the periods in order and leaves out what is not filled in', () => {
  const values = toValues(template);
  const periods = [
    { start_min: 60, limit: 8 },
    { start_min: 0, limit: 16 },
    { start_min: 90, limit: null as unknown as number },
  ];
  expect(toBody({ ...values, unit: 'A', periods }).profile.schedule.periods).toEqual([
    { start_s: 0, limit_milli: 16_000, phases: null },
    { start_s: 3_600, limit_milli: 8_000, phases: null },
  ]);
});
