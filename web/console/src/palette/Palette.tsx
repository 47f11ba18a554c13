import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePermits } from '../queries/me';
import { actionEntries, type Entry, fits, pageEntries, type Subject, subjectEntries } from './entries';
import './palette.css';
import { useDeeds } from './useDeeds';
import { useFound } from './useFound';

interface PaletteProps {
  onClose: () => void;
  onHelp: () => void;
  /** What the page shows: its actions come first. */
  here: Subject | null;
}

/** Jump to anything, do anything: what is typed is looked for among pages, actions, and all that has a name or a number. */
export default function Palette({ onClose, onHelp, here }: PaletteProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const permits = usePermits();
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [within, setWithin] = useState<Subject | null>(here);
  const deeds = useDeeds();
  const [at, setAt] = useState(0);
  const { found, isLooking } = useFound(typed, permits);

  useEffect(() => {
    const opened = dialog.current;
    const before = document.activeElement;
    if (opened && !opened.open) opened.showModal();
    return () => {
      opened?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  const entries = useMemo(() => {
    const own = within === null ? [] : subjectEntries(t, permits, deeds, within);
    const everywhere = [...actionEntries(t, permits, onHelp), ...pageEntries(t, permits)];
    const wanted = typed.trim();
    if (!wanted) return [...own, ...pageEntries(t, permits), ...actionEntries(t, permits, onHelp)];
    const fitting = (some: Entry[]) => some.filter((entry) => fits(entry, wanted));
    return [...fitting(own), ...found, ...fitting(everywhere)];
  }, [within, t, permits, deeds, onHelp, typed, found]);
  const current = Math.min(at, Math.max(0, entries.length - 1));

  useEffect(() => {
    document.getElementById(`${listId}-${current}`)?.scrollIntoView({ block: 'nearest' });
  }, [listId, current]);

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    if (entry.to) void navigate({ href: entry.to });
    else entry.run?.();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // the keys choose a word of the input method
    const entry = entries[current];
    if (event.key === 'ArrowDown') setAt(Math.min(entries.length - 1, current + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, current - 1));
    else if (event.key === 'Enter') choose(entry);
    else if (event.key === 'Tab' && !event.shiftKey && entry?.subject) {
      setWithin(entry.subject);
      setTyped('');
      setAt(0);
    } else if (event.key === 'Backspace' && typed === '' && within !== null) setWithin(null);
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className="bc-palette"
      aria-label={t('palette.title')}
      data-testid="palette"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      onKeyDown={press}
    >
      <div className="bc-palette-box">
        <div className="bc-palette-field">
          {within !== null && <span className="bc-palette-within bc-code">{within.label}</span>}
          <input
            autoFocus
            role="combobox"
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={entries.length ? `${listId}-${current}` : undefined}
            aria-autocomplete="list"
            aria-label={t('palette.title')}
            placeholder={t('palette.placeholder')}
            value={typed}
            maxLength={100}
            spellCheck={false}
            autoComplete="off"
            data-testid="palette-input"
            onChange={({ target }) => {
              setTyped(target.value);
              setAt(0);
            }}
          />
        </div>
        <div className="bc-palette-list" role="listbox" id={listId} aria-label={t('palette.title')}>
          {entries.map((entry, index) => (
            <EntryLine
              key={entry.key}
              entry={entry}
              id={`${listId}-${index}`}
              isFirst={entries[index - 1]?.group !== entry.group}
              isCurrent={index === current}
              onPoint={() => setAt(index)}
              onChoose={() => choose(entry)}
            />
          ))}
        </div>
        {entries.length === 0 && !isLooking && <p className="bc-palette-none">{t('palette.none')}</p>}
        <p className="bc-palette-foot" aria-hidden="true">
          <kbd>↑</kbd> <kbd>↓</kbd> {t('palette.move')} <kbd>↵</kbd> {t('palette.open')} <kbd>Tab</kbd>{' '}
          {t('palette.actionsOf')} <kbd>Esc</kbd> {t('palette.close')}
        </p>
      </div>
    </dialog>
  );
}

interface EntryLineProps {
  entry: Entry;
  id: string;
  isFirst: boolean;
  isCurrent: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

function EntryLine({ entry, id, isFirst, isCurrent, onPoint, onChoose }: EntryLineProps) {
  const { t } = useTranslation();
  return (
    <>
      {isFirst && (
        <div className="bc-palette-group" role="presentation">
          {t(`palette.group.${entry.group}`)}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are read by the field that keeps the focus */}
      <div
        id={id}
        role="option"
        tabIndex={-1}
        aria-selected={isCurrent}
        className="bc-palette-entry"
        onMouseMove={onPoint}
        onClick={onChoose}
      >
        <span className="bc-palette-icon">{entry.icon}</span>
        <span className="bc-palette-words">{entry.title}</span>
        {entry.note && <span className="bc-palette-note">{entry.note}</span>}
      </div>
    </>
  );
}
