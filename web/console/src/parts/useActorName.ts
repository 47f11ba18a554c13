import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useStaffNames } from '../queries/me';

/** Characters of an id that tell two of them apart on one screen. */
const SHORT = 6;

/** Who did or asked something, from `staff:<id>`, `driver:<id>`, `key:<id>`, `session:<id>` or `system`, in words. */
export function useActorName(): (actor: string) => string {
  const { t, i18n } = useTranslation();
  const { data: me } = useMe();
  const names = useStaffNames();
  return useCallback(
    (actor) => {
      const own = me?.staff_id && actor === `staff:${me.staff_id}` ? me.display_name : undefined;
      const name = own ?? names.get(actor);
      if (name) return name;
      const colon = actor.indexOf(':');
      const kind = colon < 0 ? actor : actor.slice(0, colon);
      const id = colon < 0 ? '' : actor.slice(colon + 1);
      const words = i18n.exists(`actor.${kind}`) ? t(`actor.${kind}`) : kind;
      return id ? `${words} …${id.slice(-SHORT)}` : words;
    },
    [t, i18n, me, names],
  );
}
