import { useFormat } from '@busbar/kit';
import { useCallback } from 'react';

interface Period {
  first_day: string;
  last_day: string;
}

/** A period as its first and last day, as they were called when it was settled. */
export function useWritePeriod(): (period: Period) => string {
  const format = useFormat();
  return useCallback(({ first_day: first, last_day: last }) => `${format.day(first)} – ${format.day(last)}`, [format]);
}
