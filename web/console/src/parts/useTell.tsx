import { describeProblem } from '@busbar/kit';
import { App, type FormInstance } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from './useProblemText';

/** Tell a deed's end in passing: done, or what hindered it. */
export function useTell() {
  const { message } = App.useApp();
  const problemText = useProblemText();
  return {
    done: useCallback((text: string) => void message.success(text), [message]),
    warn: useCallback((text: string) => void message.warning(text, 6), [message]),
    problem: useCallback((error: unknown) => void message.error(problemText(error), 6), [message, problemText]),
  };
}

/** Put the server's refusal of single fields beside them; returns what belongs to no field. */
export function useFormProblem() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return useCallback(
    (form: FormInstance, error: unknown): string | null => {
      const { fields } = describeProblem(error);
      const known = Object.entries(fields).map(([name, reason]) => ({
        name: name
          .replace(/^body\./, '')
          .split('.')
          .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
        errors: [reason],
      }));
      if (!known.length) return problemText(error);
      form.setFields(known);
      return t('form.refused');
    },
    [problemText, t],
  );
}
