import { describe, expect, it } from 'vitest';
import { contrastRatio } from './contrast';
import { applyTheme, palettes, seriesColours, type ThemeName } from './tokens';

const themes: ThemeName[] = ['light', 'dark'];

describe.each(themes)('the %s palette', (theme) => {
  const palette = palettes[theme];

  it.each(['ground', 'surface', 'raised', 'sunken'] as const)('keeps every ink readable on %s', (ground) => {
    for (const ink of ['ink', 'inkSoft', 'inkFaint', 'accent', 'good', 'warn', 'bad', 'info', 'idle'] as const) {
      expect(contrastRatio(palette[ink], palette[ground]), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(['good', 'warn', 'bad', 'info', 'idle', 'accent'] as const)('keeps %s readable on its own wash', (role) => {
    expect(contrastRatio(palette[role], palette[`${role}Wash`])).toBeGreaterThanOrEqual(4.5);
  });

  it('keeps the text of a filled button readable', () => {
    expect(contrastRatio(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrastRatio(palette.onAccent, palette.accentStrong)).toBeGreaterThanOrEqual(4.5);
  });

  it('draws outlines and chart series that can be seen', () => {
    expect(contrastRatio(palette.lineStrong, palette.surface)).toBeGreaterThanOrEqual(3);
    for (const colour of seriesColours[theme]) expect(contrastRatio(colour, palette.surface)).toBeGreaterThanOrEqual(3);
  });
});

it('writes the roles as CSS variables', () => {
  applyTheme('dark');
  const root = document.documentElement;
  expect(root.style.getPropertyValue('--bb-on-accent')).toBe(palettes.dark.onAccent);
  expect(root.dataset.theme).toBe('dark');
});
