import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { applyTheme, type LookName, lookNamed, type Palette, palettes, type ThemeName } from './tokens';

export type ThemeChoice = ThemeName | 'system';
export type ContrastChoice = 'more' | 'system';

interface ThemeValue {
  choice: ThemeChoice;
  setChoice: (choice: ThemeChoice) => void;
  contrast: ContrastChoice;
  setContrast: (contrast: ContrastChoice) => void;
  theme: ThemeName;
  /** The theme as it is drawn: usual or strong. */
  look: LookName;
  palette: Palette;
}

const STORAGE_KEY = 'busbar.theme';
const CONTRAST_KEY = 'busbar.contrast';
const darkQuery = '(prefers-color-scheme: dark)';
const contrastQuery = '(prefers-contrast: more)';
const ThemeContext = createContext<ThemeValue | null>(null);

function readChoice(): ThemeChoice {
  const kept = localStorage.getItem(STORAGE_KEY);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

/** Whether the device says so, and again when it says otherwise. */
function useDevice(asked: string): boolean {
  const watch = useCallback(
    (changed: () => void) => {
      const query = matchMedia(asked);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    [asked],
  );
  return useSyncExternalStore(watch, () => matchMedia(asked).matches);
}

function keep(key: string, choice: string): void {
  if (choice === 'system') localStorage.removeItem(key);
  else localStorage.setItem(key, choice);
}

/** Keeps the theme and contrast that a person chose (or the device's) and writes them to the page. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setKept] = useState(readChoice);
  const [contrast, setKeptContrast] = useState<ContrastChoice>(() =>
    localStorage.getItem(CONTRAST_KEY) === 'more' ? 'more' : 'system',
  );
  const isDeviceDark = useDevice(darkQuery);
  const isDeviceStrong = useDevice(contrastQuery);
  const theme: ThemeName = choice === 'system' ? (isDeviceDark ? 'dark' : 'light') : choice;
  const look = lookNamed(theme, contrast === 'more' || isDeviceStrong);
  // Before the page is painted: nobody sees it without its colours, and it is laid out once.
  useLayoutEffect(() => applyTheme(look), [look]);
  const value = useMemo<ThemeValue>(
    () => ({
      choice,
      contrast,
      theme,
      look,
      palette: palettes[look],
      setChoice: (next) => {
        keep(STORAGE_KEY, next);
        setKept(next);
      },
      setContrast: (next) => {
        keep(CONTRAST_KEY, next);
        setKeptContrast(next);
      },
    }),
    [choice, contrast, theme, look],
  );
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

/** One look for a page whatever its person or device chose, such as the dark one of a screen on a wall; not kept. */
export function FixedTheme({ look, children }: { look: LookName; children: ReactNode }) {
  const outer = useTheme();
  const before = outer.look;
  useLayoutEffect(() => {
    applyTheme(look);
    return () => applyTheme(before);
  }, [look, before]);
  const theme: ThemeName = look.startsWith('dark') ? 'dark' : 'light';
  const value = useMemo<ThemeValue>(() => ({ ...outer, theme, look, palette: palettes[look] }), [outer, theme, look]);
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

/** The theme in force; `'system'` follows the device. */
export function useTheme(): ThemeValue {
  const value = useContext(ThemeContext);
  if (!value) throw new Error('useTheme needs a ThemeProvider above it');
  return value;
}
