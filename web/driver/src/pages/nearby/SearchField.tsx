import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon';

/** A person who still types is not asked for. */
const PAUSE_MILLIS = 350;

/** A search field that looks by itself when the typing pauses. */
export function SearchField({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation();
  const { history } = useRouter();
  const [typed, setTyped] = useState(text);
  const latest = useRef(onSearch);
  const known = useRef(text);
  useEffect(() => {
    latest.current = onSearch; // the page is drawn again with all that happens: the pause does not begin anew
  });
  useEffect(() => {
    if (text === known.current) return;
    known.current = text; // changed by the address, not by us
    setTyped(text);
  }, [text]);
  useEffect(() => {
    if (typed.trim() === known.current) return;
    const { pathname } = history.location;
    const timer = setTimeout(() => {
      // Who has pressed a station meanwhile waits for its page: searching would lead back to this one.
      if (history.location.pathname !== pathname) return;
      known.current = typed.trim();
      latest.current(typed.trim());
    }, PAUSE_MILLIS);
    return () => clearTimeout(timer);
  }, [typed, history]);
  return (
    <label className="bd-search">
      <Icon name="search" size={20} />
      <span className="bb-visually-hidden">{t('nearby.search')}</span>
      <input
        type="search"
        value={typed}
        maxLength={100}
        enterKeyHint="search"
        autoComplete="off"
        placeholder={t('nearby.search')}
        data-testid="station-search"
        onChange={(event) => setTyped(event.target.value)}
      />
    </label>
  );
}
