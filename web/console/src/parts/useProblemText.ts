import { describeProblem } from '@busbar/kit';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** What went wrong, in the reader's language: by its own code, else by its kind with the server's own words beside. */
export function useProblemText(): (error: unknown) => string {
  const { t, i18n } = useTranslation(['app', 'kit']);
  return useCallback(
    (error: unknown) => {
      const { kind, code, detail, facts } = describeProblem(error);
      const { verdict, because, reason, field } = facts;
      if (typeof because === 'string' && i18n.exists(`because.${because}`)) return t(`because.${because}`);
      if (typeof verdict === 'string' && i18n.exists(`verdict.${verdict}`)) return t(`verdict.${verdict}`);
      const told = code?.startsWith('denied.identity_') ? reason : code === 'invalid.identity_provider' ? field : null;
      if (typeof told === 'string' && i18n.exists(`signOn.why.${told}`)) return t(`signOn.why.${told}`);
      if (code && i18n.exists(`code.${code}`)) return t(`code.${code}`);
      const words = t(`kit:problem.${kind}`);
      // That there is no such thing says the same again.
      return detail && kind !== 'notFound' ? `${words}: ${detail}` : words;
    },
    [t, i18n],
  );
}
