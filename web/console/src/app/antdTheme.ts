import { fonts, type LookName, palettes, radius } from '@busbar/kit';
import { theme as antd, type ThemeConfig } from 'antd';

/** Our roles in the words of antd; `isStill` for readers who asked their device for less motion. */
export function antdTheme(name: LookName, isStill: boolean): ThemeConfig {
  const palette = palettes[name];
  // Lines of the strong look are too bright to write on.
  const selectedGround: Record<LookName, string> = {
    light: palette.surface,
    lightStrong: palette.surface,
    dark: palette.line,
    darkStrong: palette.accentWash,
  };
  const base = name.startsWith('dark') ? antd.darkAlgorithm : antd.defaultAlgorithm;
  // antd derives shades from these and, in the dark, dims them; their contrast was chosen, so they stay as they are.
  const exact = {
    colorPrimary: palette.accent,
    colorPrimaryText: palette.accent,
    colorPrimaryHover: palette.accentStrong,
    colorPrimaryActive: palette.accentStrong,
    colorLink: palette.accent,
    colorLinkHover: palette.accentStrong,
    colorLinkActive: palette.accentStrong,
    colorSuccess: palette.good,
    colorWarning: palette.warn,
    colorError: palette.bad,
    colorInfo: palette.info,
    colorSuccessBg: palette.goodWash,
    colorWarningBg: palette.warnWash,
    colorErrorBg: palette.badWash,
    colorInfoBg: palette.infoWash,
  };
  return {
    algorithm: [base, (seed, map) => ({ ...(map ?? base(seed)), ...exact })],
    token: {
      colorPrimary: palette.accent,
      colorPrimaryHover: palette.accentStrong,
      colorPrimaryActive: palette.accentStrong,
      colorLink: palette.accent,
      colorLinkHover: palette.accentStrong,
      colorSuccess: palette.good,
      colorWarning: palette.warn,
      colorError: palette.bad,
      colorInfo: palette.info,
      colorText: palette.ink,
      colorTextSecondary: palette.inkSoft,
      colorTextTertiary: palette.inkFaint,
      colorTextDescription: palette.inkFaint,
      colorTextPlaceholder: palette.inkFaint,
      colorTextLightSolid: palette.onAccent,
      colorIcon: palette.inkFaint,
      colorBgBase: palette.surface,
      colorBgLayout: palette.ground,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.raised,
      colorBorder: palette.lineStrong,
      colorBorderSecondary: palette.line,
      colorSplit: palette.line,
      colorFillAlter: palette.sunken,
      controlItemBgHover: palette.sunken,
      controlItemBgActive: palette.accentWash,
      controlItemBgActiveHover: palette.accentWash,
      fontFamily: fonts.text,
      fontFamilyCode: fonts.mono,
      fontSize: 14,
      borderRadius: radius.m - 2,
      borderRadiusLG: radius.l - 2,
      controlHeight: 34,
      motion: !isStill,
      motionDurationFast: isStill ? '0s' : '0.08s',
      motionDurationMid: isStill ? '0s' : '0.12s',
      motionDurationSlow: isStill ? '0s' : '0.16s',
      boxShadow: palette.shadow,
      boxShadowSecondary: palette.shadow,
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
      Table: {
        headerBg: palette.surface,
        headerColor: palette.inkFaint,
        headerSplitColor: 'transparent',
        rowHoverBg: palette.sunken,
        cellPaddingBlock: 10,
        cellPaddingInline: 12,
        borderColor: palette.line,
        headerSortActiveBg: palette.surface,
        headerSortHoverBg: palette.sunken,
        bodySortBg: palette.surface,
      },
      Tabs: { horizontalItemGutter: 24, titleFontSize: 14, inkBarColor: palette.accent },
      Tooltip: { colorBgSpotlight: palette.ink, colorTextLightSolid: palette.surface },
      Segmented: { itemSelectedBg: selectedGround[name], trackBg: palette.sunken },
      Alert: { defaultPadding: '10px 14px' },
    },
  };
}
