export { useWidth } from './busbar/useWidth';
export { contrastRatio } from './contrast';
export { minorDigits } from './format/currency';
export type { FigureParts } from './format/quantity';
export * from './format/quantity';
export * from './format/time';
export { type Format, useFormat } from './format/useFormat';
export { useNow } from './format/useNow';
export { dayIn, dayStart } from './format/zone';
export { changeLanguage, currentLanguage, languageNames, locales, startI18n } from './i18n';
export { isLanguage, type Language, languages, preferredLanguage, type TextLoaders } from './language';
export { type LiveEvent, LiveProvider, useLive, useLiveState } from './live/LiveProvider';
export { type LiveState, LiveStream, type LiveStreamOptions } from './live/LiveStream';
export { reloadOnUpdate, renewPage } from './reloadOnUpdate';
export { type Credentials, SessionStore, type SignedOutReason, useSessionState } from './session/SessionStore';
export { Figure } from './state/Figure';
export { Glyph, Mark, type Shape, type Tone } from './state/Mark';
export { isKnownState, lookOf, type MarkLook, type StateKind } from './state/marks';
export { Empty, Failed, Loading, Stale } from './state/Notice';
export { ApiProblem, describeProblem, type Problem, type ProblemKind } from './state/problem';
export { StateMark } from './state/StateMark';
export { type ContrastChoice, FixedTheme, type ThemeChoice, ThemeProvider, useTheme } from './theme';
export {
  applyTheme,
  fonts,
  type LookName,
  lookNamed,
  type Palette,
  palettes,
  radius,
  seriesColours,
  space,
  type ThemeName,
  tintedPalette,
  tintPalettes,
} from './tokens';
