import { describeProblem } from '@busbar/kit';
import { App, type FormInstance } from 'antd';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { UndoOffer } from './UndoOffer';
import { useProblemText } from './useProblemText';

/** Of the one offer to take something back: a later deed takes its place. */
const UNDO = 'undo';
let offers = 0;

/** Tell a deed's end in passing: done, or what hindered it. */
export function useTell() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const done = useCallback((text: string) => void message.success(text), [message]);
  const problem = useCallback((error: unknown) => void message.error(problemText(error), 6), [message, problemText]);
  return {
    done,
    problem,
    /** Withdraw the offer to take something back: a form that opens now begins with the deed as done. */
    withdraw: useCallback(() => message.destroy(UNDO), [message]),
    warn: useCallback((text: string) => void message.warning(text, 6), [message]),
    /** Done, and `back` takes it back. */
    undoable: useCallback(
      (text: string, back: () => Promise<unknown>) => {
        let isTaken = false;
        const close = () => message.destroy(UNDO);
        const take = () => {
          if (isTaken) return;
          isTaken = true;
          close();
          back().then(() => done(t('undo.done')), problem);
        };
        offers += 1;
        const content = <UndoOffer key={offers} text={text} onTake={take} onClose={close} />;
        // The offer counts its own time. `role`, which antd hands on: it is said when the reader pauses.
        const notice = { key: UNDO, type: 'success' as const, duration: 0, role: 'status', content };
        void message.open(notice);
      },
      [message, done, problem, t],
    ),
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
