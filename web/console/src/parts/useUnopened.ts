import { describeProblem } from '@busbar/kit';
import { useEffect, useEffectEvent, useRef } from 'react';
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

interface Reading<Thing = unknown> {
  data: Thing | undefined;
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
    if (isOpen) opened.current = asked;
    else if (asked !== undefined && isError && opened.current !== asked) leave();
  }, [asked, isOpen, isError]);
}

/**
 * What has been read since it was asked for. What an earlier reader left in memory may be older than the last change, and
 * a form that began with it would write it back.
 */
export function readAnew<Thing>(reading: { data: Thing | undefined; isFetchedAfterMount: boolean }): Thing | undefined {
  return reading.isFetchedAfterMount ? reading.data : undefined;
}

/** The same for what is read by itself; gives it once it has been read since it was asked for. */
export function useOpened<Thing>(
  noun: Openable,
  asked: string | undefined,
  reading: Reading<Thing> & { isFetchedAfterMount: boolean },
  onClose: () => void,
): Thing | undefined {
  const { isError, error } = reading;
  const data = readAnew(reading);
  useUnopened(noun, asked, { data, isError, error }, onClose);
  return data;
}

/** The same for what is looked up in a list: `forms` are what the address may ask for that is no entry of it. */
export function useUnlisted(
  noun: Openable,
  asked: string | undefined,
  entry: unknown,
  list: { isSuccess: boolean },
  forms: readonly string[],
  onClose: () => void,
): void {
  const wanted = asked !== undefined && forms.includes(asked) ? undefined : asked;
  useUnopened(noun, wanted, { data: entry, isError: list.isSuccess && entry === undefined, error: null }, onClose);
}
