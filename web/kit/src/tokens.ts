import { contrastRatio } from './contrast';

/**
 * The look of Busbar in one place: a copper accent on a calm, near-neutral ground.
 *
 * Every colour that an application uses is a role from here. `applyTheme` writes the roles as CSS variables
 * (`--bb-ink`, `--bb-accent` ...) on the root element; charts, maps and component libraries read `palettes` instead.
 */
export interface Palette {
  /** The page behind everything. */
  ground: string;
  /** Cards, tables, bars. */
  surface: string;
  /** What floats above a surface: menus, drawers. */
  raised: string;
  /** A quiet fill inside a surface: hover, code, tracks. */
  sunken: string;
  line: string;
  lineStrong: string;
  ink: string;
  inkSoft: string;
  inkFaint: string;
  accent: string;
  accentStrong: string;
  accentWash: string;
  onAccent: string;
  good: string;
  goodWash: string;
  warn: string;
  warnWash: string;
  bad: string;
  badWash: string;
  info: string;
  infoWash: string;
  idle: string;
  idleWash: string;
  shadow: string;
}

export type ThemeName = 'light' | 'dark';

/** A theme as it is drawn: usual, or strong for readers who need more contrast. */
export type LookName = ThemeName | 'lightStrong' | 'darkStrong';

export const palettes: Record<LookName, Palette> = {
  light: {
    ground: '#f5f4f1',
    surface: '#ffffff',
    raised: '#ffffff',
    sunken: '#f0eeea',
    line: '#e3dfd8',
    lineStrong: '#8d867b',
    ink: '#1d1b19',
    inkSoft: '#54504a',
    inkFaint: '#6b665e',
    accent: '#a4522a',
    accentStrong: '#87401e',
    accentWash: '#faeee6',
    onAccent: '#ffffff',
    good: '#1b7048',
    goodWash: '#e6f3ec',
    warn: '#865600',
    warnWash: '#fbf1dc',
    bad: '#b3261e',
    badWash: '#fcebe9',
    info: '#245f9e',
    infoWash: '#e8f0f9',
    idle: '#67625b',
    idleWash: '#efedea',
    shadow: '0 1px 2px rgb(40 32 24 / 6%), 0 4px 16px rgb(40 32 24 / 5%)',
  },
  dark: {
    ground: '#121211',
    surface: '#1a1a18',
    raised: '#232220',
    sunken: '#24231f',
    line: '#302e2a',
    lineStrong: '#7d766c',
    ink: '#efece7',
    inkSoft: '#bdb7ae',
    inkFaint: '#9c958b',
    accent: '#e0935f',
    accentStrong: '#f0ab7c',
    accentWash: '#33241a',
    onAccent: '#1b0f07',
    good: '#5fc191',
    goodWash: '#17291f',
    warn: '#e2b04a',
    warnWash: '#2d2413',
    bad: '#f58b80',
    badWash: '#381c19',
    info: '#82b4ea',
    infoWash: '#182636',
    idle: '#a8a198',
    idleWash: '#262522',
    shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 6px 20px rgb(0 0 0 / 30%)',
  },
  // Strong: every ink at 7 to 1 and more (WCAG AAA), every outline drawn, no shadow to be missed.
  lightStrong: {
    ground: '#ffffff',
    surface: '#ffffff',
    raised: '#ffffff',
    sunken: '#f2f1ee',
    line: '#6b665e',
    lineStrong: '#1d1b19',
    ink: '#000000',
    inkSoft: '#1d1b19',
    inkFaint: '#36332e',
    accent: '#73340f',
    accentStrong: '#52240a',
    accentWash: '#fbeee4',
    onAccent: '#ffffff',
    good: '#0b4a2c',
    goodWash: '#e9f5ee',
    warn: '#573700',
    warnWash: '#fcf3e0',
    bad: '#840f0a',
    badWash: '#fdeeec',
    info: '#103f70',
    infoWash: '#ebf2fa',
    idle: '#3b3833',
    idleWash: '#f1efec',
    shadow: '0 0 0 1px #1d1b19',
  },
  darkStrong: {
    ground: '#000000',
    surface: '#000000',
    raised: '#0d0d0c',
    sunken: '#171614',
    line: '#8d867b',
    lineStrong: '#efece7',
    ink: '#ffffff',
    inkSoft: '#f1eee9',
    inkFaint: '#d6d0c7',
    accent: '#ffb586',
    accentStrong: '#ffd0b0',
    accentWash: '#2a1a0f',
    onAccent: '#000000',
    good: '#86e5b3',
    goodWash: '#0d2317',
    warn: '#ffd37a',
    warnWash: '#271d08',
    bad: '#ffb3ab',
    badWash: '#331210',
    info: '#aed2ff',
    infoWash: '#0e1f33',
    idle: '#d2ccc3',
    idleWash: '#1e1d1a',
    shadow: '0 0 0 1px #efece7',
  },
};

/** The look of a theme: strong when the reader asked for more contrast. */
export function lookNamed(theme: ThemeName, isStrong: boolean): LookName {
  return isStrong ? `${theme}Strong` : theme;
}

/** Steps of the spacing scale, in CSS pixels. */
export const space = { xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 40 } as const;

export const radius = { s: 4, m: 8, l: 12, pill: 999 } as const;

/** The typeface is bundled (Latin); Chinese text falls to the system's own. */
export const fonts = {
  text: "'Busbar Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei UI', 'Noto Sans CJK SC', 'Noto Sans SC', system-ui, sans-serif",
  mono: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', Menlo, Consolas, 'Liberation Mono', monospace",
} as const;

/** Colours of the series of a chart, in the order in which they are handed out; phases keep theirs everywhere. */
export const seriesColours: Record<LookName, readonly string[]> = {
  light: ['#a4522a', '#245f9e', '#1b7048', '#7a4b9b', '#865600', '#54504a'],
  dark: ['#e0935f', '#82b4ea', '#5fc191', '#c39ae0', '#e2b04a', '#bdb7ae'],
  lightStrong: ['#73340f', '#103f70', '#0b4a2c', '#4f2670', '#573700', '#1d1b19'],
  darkStrong: ['#ffb586', '#aed2ff', '#86e5b3', '#ddc2f5', '#ffd37a', '#f1eee9'],
};

function variableName(role: string): string {
  return `--bb-${role.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const usual = { light: palettes.light, dark: palettes.dark };

/** Mix two `#rrggbb` colours; `share` of the second. */
function mix(one: string, other: string, share: number): string {
  const part = (colour: string, at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(part(one, at) * (1 - share) + part(other, at) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** A theme with another accent than copper; null: as it is. */
export function tintedPalette(theme: ThemeName, accent: string | null): Palette {
  const palette = usual[theme];
  if (accent === null) return palette;
  const onAccent = contrastRatio('#ffffff', accent) >= contrastRatio('#14110e', accent) ? '#ffffff' : '#14110e';
  return {
    ...palette,
    accent,
    onAccent,
    accentStrong: mix(accent, palette.ink, 0.25),
    accentWash: mix(palette.surface, accent, 0.1),
  };
}

let shown: LookName | null = null;

/**
 * Give both themes an operator's accent. Looks with more contrast stay as they are: their accent is held to 7 to 1,
 * which no operator's is asked for.
 */
export function tintPalettes(accents: Record<ThemeName, string | null>): void {
  for (const theme of ['light', 'dark'] as const) palettes[theme] = tintedPalette(theme, accents[theme]);
  if (shown) applyTheme(shown);
}

/** Write the roles of a look as CSS variables on `root` and tell the browser whether it is light or dark. */
export function applyTheme(look: LookName, root: HTMLElement = document.documentElement): void {
  const theme: ThemeName = look.startsWith('dark') ? 'dark' : 'light';
  if (root === document.documentElement) shown = look;
  for (const [role, value] of Object.entries(palettes[look])) root.style.setProperty(variableName(role), value);
  root.style.setProperty('--bb-font', fonts.text);
  root.style.setProperty('--bb-mono', fonts.mono);
  root.style.colorScheme = theme;
  root.dataset.theme = theme;
  root.dataset.contrast = look === theme ? 'usual' : 'more';
  const meta = root.ownerDocument.querySelector('meta[name="theme-color"]');
  meta?.setAttribute('content', palettes[look].ground);
}
