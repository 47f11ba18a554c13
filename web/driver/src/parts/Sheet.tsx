import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon';

interface SheetProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  testId?: string;
}

/** What comes up from below, at the thumb. The browser's own dialog: it holds the focus and closes by Esc. */
export function Sheet({ isOpen, onClose, title, children, testId }: SheetProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = box.current;
    if (isOpen && !dialog?.open) dialog?.showModal();
    if (!isOpen && dialog?.open) dialog.close();
  }, [isOpen]);

  // Closed before it leaves the page, or the browser would not give the focus back to where it was.
  useLayoutEffect(() => {
    const dialog = box.current;
    return () => {
      box.current = null;
      if (dialog?.open) dialog.close();
    };
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a press beside the sheet closes it; the keyboard has Esc for that
    <dialog
      ref={box}
      className="bd-sheet"
      aria-labelledby={titleId}
      data-testid={testId}
      onClose={() => {
        if (box.current) onClose();
      }}
      onClick={(event) => {
        if (event.target === box.current) onClose();
      }}
    >
      {isOpen && (
        <div className="bd-sheet-body">
          <header>
            <h2 id={titleId}>{title}</h2>
            <button type="button" className="bd-round" aria-label={t('action.close')} onClick={onClose}>
              <Icon name="close" />
            </button>
          </header>
          {children}
        </div>
      )}
    </dialog>
  );
}
