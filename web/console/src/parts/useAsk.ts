import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTell } from './useTell';

interface Question {
  title: string;
  /** What follows from it, where that is not plain. */
  text?: string;
  /** What the button says: the deed itself. */
  yes: string;
  deed: () => Promise<unknown>;
  /** Said when it is done. */
  done?: string;
}

/** Asks whether a form's deed is really wanted; false leaves the form as it is. `onOk`: done while the question stands. */
export function useSure() {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return async (
    { title, text, yes }: Pick<Question, 'title' | 'text' | 'yes'>,
    onOk?: () => Promise<unknown>,
  ): Promise<boolean> =>
    modal.confirm({
      title,
      content: text,
      okText: yes,
      cancelText: t('action.cancel'),
      okButtonProps: { danger: true, 'data-testid': 'ask-yes' },
      ...(onOk && { onOk }),
    });
}

/** Asks before what cannot be undone; what goes wrong is told. */
export function useAsk(): (question: Question) => void {
  const sure = useSure();
  const tell = useTell();
  return ({ deed, done, ...question }) =>
    void sure(question, () =>
      deed().then(
        () => done && tell.done(done),
        (error: unknown) => tell.problem(error),
      ),
    );
}
