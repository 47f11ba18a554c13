import { useTranslation } from 'react-i18next';
import { isSame, type Kept, pick, useBack } from '../queries/back';
import { useTell } from './useTell';

/** Tells what was done with a thing, and offers to take it back where something was changed and all of it can return. */
export function useTellKept<Thing extends object, Name extends keyof Thing>(kept: Kept<Thing, Name>) {
  const { t } = useTranslation();
  const tell = useTell();
  const back = useBack(kept);
  const changed = (text: string, was: Thing, left: Thing) => {
    const isTheSame = isSame(pick(was, kept.names), pick(left, kept.names));
    if (isTheSame || kept.canReturn?.(was, left) === false) tell.done(text);
    else tell.undoable(text, back.change(was, left));
  };
  return {
    changed,
    saved: (name: string, was: Thing, left: Thing) => changed(t('undo.saved', { name }), was, left),
    deleted: (name: string, was: Thing) => tell.undoable(t('undo.deleted', { name }), back.deletion(was)),
  };
}
