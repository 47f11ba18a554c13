import { ApiProblem } from '@busbar/kit';
import { hashKey, type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';

/** Takes a deed back. */
export type Back = () => Promise<unknown>;

/** How a thing is kept: what takes its changes and its deletion back. */
export interface Kept<Thing extends object, Name extends keyof Thing> {
  /** What people enter of it. */
  names: readonly Name[];
  /** What is read again afterwards. */
  keys: readonly QueryKey[];
  /** As it is now, by the thing as the deed left it. */
  read: (left: Thing) => Promise<Thing>;
  write: (thing: Thing, values: Pick<Thing, Name>) => Promise<unknown>;
  /** Whether all that was can be written again; left out: always. */
  canReturn?: (was: Thing, left: Thing) => boolean;
  /** Makes it anew; must not overwrite one that somebody has made meanwhile. */
  make?: (thing: Thing, values: Pick<Thing, Name>) => Promise<unknown>;
}

/** For `PUT` under a name of one's own: only if there is none. */
export const ifNone = { 'If-None-Match': '*' } as const;

/** For what a form begins with: read each time, however short ago it was read before. */
export const anew = { staleTime: 0 } as const;

const CHANGED = 412;

/** Somebody has changed it since the deed. */
export const changedSince = () => new ApiProblem(CHANGED, { code: 'conflict.changed_since' });

export function pick<Thing extends object, Name extends keyof Thing>(
  thing: Thing,
  names: readonly Name[],
): Pick<Thing, Name> {
  return Object.fromEntries(names.map((name) => [name, thing[name]])) as Pick<Thing, Name>;
}

/** Whether two say the same, in whatever order. */
export const isSame = (one: object, other: object): boolean => hashKey([one]) === hashKey([other]);

/**
 * Writes what was before a deed, unless somebody has changed it since: it is read anew and compared with what the deed
 * left. From there on the edition that was read guards it (`If-Match`).
 */
export async function putBack<Thing extends object, Name extends keyof Thing>(
  { names, read, write }: Pick<Kept<Thing, Name>, 'names' | 'read' | 'write'>,
  was: Thing,
  left: Thing,
): Promise<void> {
  const now = await read(left);
  if (!isSame(pick(now, names), pick(left, names))) throw changedSince();
  await write(was, pick(was, names));
}

/** Takes back, and reads again; stands by itself, for the page of the deed may be gone by then. */
export function useTakeBack(keys: readonly QueryKey[]): (back: Back) => Back {
  const client = useQueryClient();
  const { mutateAsync } = useMutation({
    mutationFn: (back: Back) => back(),
    onSettled: () => Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  return (back) => () => mutateAsync(back);
}

/** What takes deeds with a thing back: a change, from what was to what it left, and a deletion. */
export function useBack<Thing extends object, Name extends keyof Thing>(kept: Kept<Thing, Name>) {
  const takeBack = useTakeBack(kept.keys);
  return {
    change: (was: Thing, left: Thing) => takeBack(() => putBack(kept, was, left)),
    deletion: (was: Thing) => takeBack(async () => kept.make?.(was, pick(was, kept.names))),
  };
}
