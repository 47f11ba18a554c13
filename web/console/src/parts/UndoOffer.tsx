import { useSessionState } from '@busbar/kit';
import { Button } from 'antd';
import { type FocusEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { session } from '../app/server';
import { isTyping } from '../palette/shortcuts';

const UNDO_MILLIS = 8_000;

/** There, the keys are meant for what stands in it. */
const isInDialog = (target: EventTarget | null) =>
  target instanceof Element && target.closest('[role="dialog"]') !== null;

interface UndoOfferProps {
  /** What was done. */
  text: string;
  onTake: () => void;
  onClose: () => void;
}

/** Says what was done and offers to take it back, for some seconds in which nobody points at it or stands in it. */
export function UndoOffer({ text, onTake, onClose }: UndoOfferProps) {
  const { t } = useTranslation();
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const left = useRef(UNDO_MILLIS);
  const cameFrom = useRef<Element | null>(null);
  const { credentials } = useSessionState(session);
  const [person] = useState(credentials);

  useEffect(() => {
    if (isPointed || isFocused) return undefined;
    const begunAt = Date.now();
    const timer = setTimeout(onClose, left.current);
    return () => {
      clearTimeout(timer);
      left.current -= Date.now() - begunAt;
    };
  }, [isPointed, isFocused, onClose]);

  // The deed of one person is not for the next to take back.
  useEffect(() => {
    if (credentials !== person) onClose();
  }, [credentials, person, onClose]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z';
      if (!isUndo || isTyping(event.target) || isInDialog(event.target)) return;
      event.preventDefault();
      onTake();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [onTake]);

  const enter = ({ relatedTarget }: FocusEvent) => {
    cameFrom.current = relatedTarget;
    setFocused(true);
  };
  const take = () => {
    if (isFocused && cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
    onTake();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while somebody points at it
    <span data-testid="undo-offer" onMouseEnter={() => setPointed(true)} onMouseLeave={() => setPointed(false)}>
      {text}{' '}
      <Button
        type="link"
        size="small"
        data-testid="undo"
        aria-keyshortcuts="Control+Z"
        onFocus={enter}
        onBlur={() => setFocused(false)}
        onClick={take}
      >
        {t('action.undo')}
      </Button>
    </span>
  );
}
