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

/** Asks before what cannot be undone; what goes wrong is told. */
export function useAsk(): (question: Question) => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const tell = useTell();
  return ({ title, text, yes, deed, done }) =>
    void modal.confirm({
      title,
      content: text,
      okText: yes,
      cancelText: t('action.cancel'),
      okButtonProps: { danger: true, 'data-testid': 'ask-yes' },
      onOk: () =>
        deed().then(
          () => done && tell.done(done),
          (error: unknown) => tell.problem(error),
        ),
    });
}
