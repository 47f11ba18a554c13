import { Stale, useNow } from '@busbar/kit';
import type { ReactNode } from 'react';

/** The pages ask more often than this, but not while the phone sleeps: what is older is not of now. */
const AGED_MILLIS = 90_000;

interface AgedProps {
  /** When it was read, in milliseconds; 0: not yet. */
  since: number;
  isError: boolean;
  children?: ReactNode;
}

/** Says how old the figures beside it are when they are not those of now; else what is within. */
export function Aged({ since, isError, children }: AgedProps) {
  const now = useNow();
  return isError || (since > 0 && now - since > AGED_MILLIS) ? <Stale since={since} /> : children;
}
