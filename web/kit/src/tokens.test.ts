import { describe, expect, it } from 'vitest';
import { contrastRatio } from './contrast';
import { applyTheme, type LookName, palettes, seriesColours } from './tokens';

const looks: LookName[] = ['light', 'dark', 'lightStrong', 'darkStrong'];
/** WCAG AA, and AAA where more contrast was asked for. */
const least = (look: LookName) => (look.endsWith('Strong') ? 7 : 4.5);

describe.each(looks)('the %s palette', (look) => {
  const palette = palettes[look];

  it.each(['ground', 'surface', 'raised', 'sunken'] as const)('keeps every ink readable on %s', (ground) => {
    for (const ink of ['ink', 'inkSoft', 'inkFaint', 'accent', 'good', 'warn', 'bad', 'info', 'idle'] as const) {
      expect(contrastRatio(palette[ink], palette[ground]), `${ink} on ${ground}`).toBeGreaterThanOrEqual(least(look));
    }
  });

  it.each(['good', 'warn', 'bad', 'info', 'idle', 'accent'] as const)('keeps %s readable on its own wash', (role) => {
    expect(contrastRatio(palette[role], palette[`${role}Wash`])).toBeGreaterThanOrEqual(least(look));
  });

  it('keeps the text of a filled button readable', () => {
    expect(contrastRatio(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(least(look));
    expect(contrastRatio(palette.onAccent, palette.accentStrong)).toBeGreaterThanOrEqual(least(look));
  });

  it('draws outlines and chart series that can be seen', () => {
    expect(contrastRatio(palette.lineStrong, palette.surface)).toBeGreaterThanOrEqual(3);
    for (const colour of seriesColours[look]) expect(contrastRatio(colour, palette.surface)).toBeGreaterThanOrEqual(3);
  });
});

it('writes the roles as CSS variables', () => {
  applyTheme('dark');
  const root = document.documentElement;
  expect(root.style.getPropertyValue('--bb-on-accent')).toBe(palettes.dark.onAccent);
  expect(root.dataset.theme).toBe('dark');
});

it('draws a strong look in the colours of its theme', () => {
  applyTheme('darkStrong');
  const root = document.documentElement;
  expect(root.style.colorScheme).toBe('dark');
  expect(root.dataset).toMatchObject({ theme: 'dark', contrast: 'more' });
  applyTheme('light');
  expect(root.dataset).toMatchObject({ theme: 'light', contrast: 'usual' });
});
