import { describeProblem } from '@busbar/kit';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTell } from './useTell';

/** What an address can ask to open; that there is none is said by `absent.{noun}`. */
export type Openable =
  | 'agreement'
  | 'configuration'
  | 'coupon'
  | 'difference'
  | 'driver'
  | 'group'
  | 'member'
  | 'operator'
  | 'partner'
  | 'payee'
  | 'plan'
  | 'profile'
  | 'purchase'
  | 'schedule'
  | 'staff'
  | 'token';

interface Reading {
  data: unknown;
  isError: boolean;
  error: unknown;
}

/** Tell that what the address asks to open cannot be read, and `onClose`. What was open and is gone was seen to go. */
export function useUnopened(
  noun: Openable,
  asked: string | undefined,
  { data, isError, error }: Reading,
  onClose: () => void,
): void {
  const { t } = useTranslation();
  const tell = useTell();
  const opened = useRef<string>(undefined);
  const isOpen = data !== undefined;
  const leave = useEffectEvent(() => {
    if (error && describeProblem(error).kind !== 'notFound') tell.problem(error);
    else tell.warn(t(`absent.${noun}`));
    onClose();
  });
  useEffect(() => {
    if (isOpen || asked === undefined) opened.current = asked;
    else if (isError && opened.current !== asked) leave();
  }, [asked, isOpen, isError]);
}

/** Whether something has held since `asked` was asked for, once: it need not hold any longer. */
function useHasHeld(asked: string | undefined, holds: boolean): boolean {
  const [heldFor, setHeldFor] = useState<string>();
  if (asked === undefined ? heldFor !== undefined : holds && heldFor !== asked) setHeldFor(asked);
  return asked !== undefined && heldFor === asked;
}

/**
 * A thing once it has been read since it was asked for; from then on it stays, also when it cannot be read again. What an
 * earlier reader left in memory may be older than the last change, or gone, and a form that began with it would write it
 * back. Reads as `anew`.
 */
export function useReadAnew<Thing>(asked: string | undefined, reading: UseQueryResult<Thing>): Thing | undefined {
  const { data, isError, isFetchedAfterMount } = reading;
  return useHasHeld(asked, isFetchedAfterMount && !isError) ? data : undefined;
}

/** Both: a thing that the address asks for, read since then, or told that it cannot be. */
export function useOpened<Thing>(
  noun: Openable,
  asked: string | undefined,
  reading: UseQueryResult<Thing>,
  onClose: () => void,
): Thing | undefined {
  const { isError, error } = reading;
  const data = useReadAnew(asked, reading);
  useUnopened(noun, asked, { data, isError, error }, onClose);
  return data;
}

/** The same for an entry of a list: `forms` are what the address may ask for that is none. */
export function useListed<Entry>(
  noun: Openable,
  asked: string | undefined,
  entry: Entry | undefined,
  list: { isSuccess: boolean; isFetching: boolean },
  forms: readonly string[],
  onClose: () => void,
): Entry | undefined {
  const wanted = asked !== undefined && forms.includes(asked) ? undefined : asked;
  // While it is read again, for the last change or for its next page, it may say what is not so any more.
  const isRead = list.isSuccess && !list.isFetching;
  const data = useHasHeld(wanted, isRead) ? entry : undefined;
  const isError = isRead && entry === undefined;
  useUnopened(noun, wanted, { data, isError, error: null }, onClose);
  return data;
}
