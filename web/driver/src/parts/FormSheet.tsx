import Button from 'antd-mobile/es/components/button';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Sheet } from './Sheet';
import { useProblemText } from './useProblemText';

interface FormSheetProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** The word on the button that does it. */
  action: string;
  mutation: { mutate: () => void; isPending: boolean; error: unknown };
  /** It cannot be undone. */
  isDangerous?: boolean;
  testId: string;
  children: ReactNode;
}

/** A sheet with something to fill in and one button. */
export function FormSheet({ isOpen, onClose, title, action, mutation, isDangerous, testId, children }: FormSheetProps) {
  const { t } = useTranslation();
  const tellProblem = useProblemText();
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={title} testId={testId}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutation.mutate();
        }}
      >
        {children}
        {mutation.error != null && (
          <p className="bd-problem" role="alert" data-testid="form-problem">
            {tellProblem(mutation.error)}
          </p>
        )}
        <div className="bd-sheet-actions">
          <Button size="large" fill="none" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button
            type="submit"
            size="large"
            color={isDangerous ? 'danger' : 'primary'}
            loading={mutation.isPending}
            data-testid="form-submit"
          >
            {action}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
