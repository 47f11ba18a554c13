import { ApiProblem, describeProblem } from '@busbar/kit';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

/** One of the facts that the server gave with a problem, such as the verdict about a token. */
export function readFact(error: unknown, name: string): string | null {
  if (!(error instanceof ApiProblem) || typeof error.body !== 'object' || error.body === null) return null;
  const facts: unknown = Reflect.get(error.body, 'facts');
  if (typeof facts !== 'object' || facts === null) return null;
  const value: unknown = Reflect.get(facts, name);
  return typeof value === 'string' ? value : null;
}

/** What went wrong in plain words: by its own code, else by its kind. */
export function useProblemText(): (error: unknown) => string {
  const { t, i18n } = useTranslation(['app', 'kit']);
  return useCallback(
    (error) => {
      const { code, kind } = describeProblem(error);
      const verdict = readFact(error, 'verdict');
      const because = readFact(error, 'because');
      if (because && i18n.exists(`because.${because}`)) return t(`because.${because}`);
      if (verdict && i18n.exists(`verdict.${verdict}`)) return t(`verdict.${verdict}`);
      if (code && i18n.exists(`problem.${code}`)) return t(`problem.${code}`);
      if (kind === 'limit') return t('problem.limit');
      return t(`kit:problem.${kind}`);
    },
    [t, i18n],
  );
}
