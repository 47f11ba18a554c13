import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../queries/me';

/** Characters of an id that tell two of them apart on one screen. */
const SHORT = 6;

/** Who did or asked something, from `staff:<id>`, `driver:<id>`, `key:<id>`, `session:<id>` or `system`, in words. */
export function useActorName(): (actor: string) => string {
  const { t, i18n } = useTranslation();
  const { data: me } = useMe();
  return useCallback(
    (actor) => {
      const colon = actor.indexOf(':');
      const kind = colon < 0 ? actor : actor.slice(0, colon);
      const id = colon < 0 ? '' : actor.slice(colon + 1);
      if (me && kind === 'staff' && id === me.staff_id) return me.display_name;
      const words = i18n.exists(`actor.${kind}`) ? t(`actor.${kind}`) : kind;
      return id ? `${words} …${id.slice(-SHORT)}` : words;
    },
    [t, i18n, me],
  );
}
