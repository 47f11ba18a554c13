import { SearchOutlined } from '@ant-design/icons';
import { useMatchRoute, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { areKeysOn, moveRow, readPress, SEQUENCE_MILLIS, selectRow } from './shortcuts';

const Palette = lazy(() => import('./Palette'));
const KeyHelp = lazy(() => import('./KeyHelp'));

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"], [role="combobox"]') !==
      null
  );
}

/** The button that opens the palette, and the keys that work on every page. */
export function Keyboard() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState<'palette' | 'help' | null>(null);
  const lastG = useRef(Number.NEGATIVE_INFINITY);
  const matchRoute = useMatchRoute();
  const match = matchRoute({ to: '/stations/$stationId' });
  const close = useCallback(() => setOpen(null), []);
  const help = useCallback(() => setOpen('help'), []);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const state = {
        isTyping: isTyping(event.target),
        isAfterG: event.timeStamp - lastG.current < SEQUENCE_MILLIS,
        isOn: areKeysOn(),
      };
      const deed = readPress(event, state);
      lastG.current = deed?.kind === 'sequence' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (!deed || deed.kind === 'sequence') return;
      if (document.querySelector('dialog[open], .ant-modal-wrap:not([style*="none"])') && deed.kind !== 'palette')
        return;
      event.preventDefault();
      if (deed.kind === 'palette') setOpen('palette');
      else if (deed.kind === 'help') setOpen('help');
      else if (deed.kind === 'go') void navigate({ href: deed.to });
      else if (deed.kind === 'row') moveRow(deed.step);
      else selectRow();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigate]);

  return (
    <>
      <Button
        className="bc-find"
        icon={<SearchOutlined />}
        data-testid="palette-open"
        aria-keyshortcuts="Control+K"
        onClick={() => setOpen('palette')}
      >
        <span className="bc-find-words">{t('palette.find')}</span>
        <kbd className="bc-find-words">Ctrl K</kbd>
      </Button>
      <Suspense fallback={null}>
        {open === 'palette' && (
          <Palette onClose={close} onHelp={help} stationId={match ? (match.stationId ?? null) : null} />
        )}
        {open === 'help' && <KeyHelp onClose={close} />}
      </Suspense>
    </>
  );
}
