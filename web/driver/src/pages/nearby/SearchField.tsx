import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../parts/Icon';

/** A person who still types is not asked for. */
const PAUSE_MILLIS = 350;

export function SearchField({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed.trim() === text) return;
    const timer = setTimeout(() => onSearch(typed.trim()), PAUSE_MILLIS);
    return () => clearTimeout(timer);
  }, [typed, text, onSearch]);
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
