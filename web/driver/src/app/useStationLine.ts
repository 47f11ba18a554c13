import { LiveStream } from '@busbar/kit';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { session } from './server';

/** The list is read again no more often than this, however much happens. */
const CALM_MILLIS = 2_000;

/**
 * Reads stations again when the server tells that one of them changed; needs no sign-in. Returns whether the line
 * stands: without it the page asks from time to time.
 */
export function useStationLine(): boolean {
  const client = useQueryClient();
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = () => {
      timer = undefined;
      void client.invalidateQueries({ queryKey: ['stations'] });
      void client.invalidateQueries({ queryKey: ['station'] });
    };
    const line = new LiveStream({
      url: '/api/v1/driver/station-events',
      fetch: session.fetch,
      onEvents: () => {
        timer ??= setTimeout(read, CALM_MILLIS);
      },
      onState: (state) => setIsOpen(state === 'open'),
    });
    line.open();
    return () => {
      line.close();
      clearTimeout(timer);
    };
  }, [client]);
  return isOpen;
}
