import type { Schemas } from '@busbar/client';
import dayjs, { type Dayjs } from 'dayjs';

type Profile = Schemas['ProfileTemplateBody']['profile'];
type Schedule = Profile['schedule'];

/** A template as the form holds it: minutes, and A or kW. */
export interface ProfileValues {
  name: string;
  profile_id: number;
  stack_level: number;
  purpose: Profile['purpose'];
  kind: Profile['kind'];
  unit: 'A' | 'W';
  duration_min?: number | null;
  starts_at?: Dayjs | null;
  periods: { start_min: number; limit: number; phases?: number | null }[];
}

/** Thousandths of the API's unit in one of the form's: mA in an A, mW in a kW. */
const milli = { A: 1_000, W: 1_000_000 } as const;

export function toSchedule(values: ProfileValues): Schedule {
  const known = (values.periods ?? []).filter((period) => period?.start_min != null && period.limit != null);
  return {
    unit: values.unit,
    duration_s: values.duration_min ? Math.round(values.duration_min * 60) : null,
    starts_at: values.kind === 'relative' ? null : (values.starts_at?.toISOString() ?? null),
    periods: known
      .map(({ start_min: start, limit, phases }) => ({
        start_s: Math.round(start * 60),
        limit_milli: Math.round(limit * milli[values.unit]),
        phases: phases ?? null,
      }))
      .sort((one, other) => one.start_s - other.start_s),
  };
}

export function toBody(values: ProfileValues): Schemas['ProfileTemplateBody'] {
  const { name, profile_id, stack_level, purpose, kind } = values;
  return { name, profile: { profile_id, stack_level, purpose, kind, schedule: toSchedule(values) } };
}

export function toValues({ name, profile }: Schemas['ProfileTemplate']): ProfileValues {
  const { profile_id, stack_level, purpose, kind, schedule } = profile;
  return {
    name,
    profile_id,
    stack_level,
    purpose,
    kind,
    unit: schedule.unit,
    duration_min: schedule.duration_s == null ? null : schedule.duration_s / 60,
    starts_at: schedule.starts_at ? dayjs(schedule.starts_at) : null,
    periods: schedule.periods.map(({ start_s: startS, limit_milli: limit, phases }) => ({
      start_min: startS / 60,
      limit: limit / milli[schedule.unit],
      phases: phases ?? null,
    })),
  };
}
