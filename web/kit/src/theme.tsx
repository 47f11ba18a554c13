import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { applyTheme, type Palette, palettes, type ThemeName } from './tokens';

export type ThemeChoice = ThemeName | 'system';

interface ThemeValue {
  choice: ThemeChoice;
  setChoice: (choice: ThemeChoice) => void;
  theme: ThemeName;
  palette: Palette;
}

const STORAGE_KEY = 'busbar.theme';
const darkQuery = '(prefers-color-scheme: dark)';
const ThemeContext = createContext<ThemeValue | null>(null);

function readChoice(): ThemeChoice {
  const kept = localStorage.getItem(STORAGE_KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

function watchSystem(changed: () => void): () => void {
  const query = matchMedia(darkQuery);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** Keeps the theme that a person chose (or the system's) and writes it to the page. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setKept] = useState(readChoice);
  const isSystemDark = useSyncExternalStore(watchSystem, () => matchMedia(darkQuery).matches);
  const theme: ThemeName = choice === 'system' ? (isSystemDark ? 'dark' : 'light') : choice;
  useEffect(() => applyTheme(theme), [theme]);
  const value = useMemo<ThemeValue>(
    () => ({
      choice,
      theme,
      palette: palettes[theme],
      setChoice: (next) => {
        if (next === 'system') localStorage.removeItem(STORAGE_KEY);
        else localStorage.setItem(STORAGE_KEY, next);
        setKept(next);
      },
    }),
    [choice, theme],
  );
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

/** The theme in force; `setChoice('system')` follows the device. */
export function useTheme(): ThemeValue {
  const value = useContext(ThemeContext);
  if (!value) throw new Error('useTheme needs a ThemeProvider above it');
  return value;
}
