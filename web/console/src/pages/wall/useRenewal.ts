import { renewPage } from '@busbar/kit';
import { useEffect } from 'react';

const LOOK_MILLIS = 60_000;

/** Read the page anew once it is older than this, as soon as the server answers: nobody stands at a wall to press a key. */
export function useRenewal(afterMillis: number): void {
  useEffect(() => {
    const since = performance.now(); // a clock that is set right after the start says nothing about the age
    const timer = setInterval(() => {
      if (performance.now() - since >= afterMillis) void renewPage();
    }, LOOK_MILLIS);
    return () => clearInterval(timer);
  }, [afterMillis]);
}
