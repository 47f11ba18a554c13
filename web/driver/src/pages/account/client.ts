const browsers: [RegExp, string][] = [
  [/MicroMessenger/, '微信 WeChat'],
  [/Edg(A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser/, 'Samsung Internet'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS|Chromium/, 'Chrome'],
  [/Safari/, 'Safari'],
];

const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/HarmonyOS/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** A browser's own words, shortened to what a person recognises: `Chrome · Android`. */
export function nameClient(words: string): string | null {
  const browser = browsers.find(([pattern]) => pattern.test(words))?.[1];
  const system = systems.find(([pattern]) => pattern.test(words))?.[1];
  return [browser, system].filter(Boolean).join(' · ') || null;
}
