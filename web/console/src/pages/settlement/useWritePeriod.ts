import { useFormat } from '@busbar/kit';
import { useCallback } from 'react';
import { useOperator } from '../../queries/factors';
import { useMe } from '../../queries/me';

/** A half-open period as its first and last day, by the clocks of the operator: it is settled by them. */
export function useWritePeriod(): (period: { since: string; until: string }) => string {
  const format = useFormat();
  const { data: me } = useMe();
  const { data: operator } = useOperator(me?.operator_id);
  const zone = operator?.time_zone;
  return useCallback(
    ({ since, until }) => {
      const last = new Date(Date.parse(until) - 1000).toISOString();
      return `${format.instant(since, 'date', zone)} – ${format.instant(last, 'date', zone)}`;
    },
    [format, zone],
  );
}
