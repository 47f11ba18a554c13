/** Browsers and systems by what stands in their own words; the first that fits, since later ones are in all of them. */
const browsers: [RegExp, string][] = [
  [/Edg\w*\/(\d+)/, 'Edge'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Chrome\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari/, 'Safari'],
];

const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** What a person calls the browser that tells this of itself: `Chrome 156 · Linux`; other programs by their own words. */
export function readClient(client: string): string {
  const browser = browsers.map(([pattern, name]) => ({ name, found: pattern.exec(client) })).find(({ found }) => found);
  if (!browser) return client || '–';
  const system = systems.find(([pattern]) => pattern.test(client))?.[1];
  return [`${browser.name} ${browser.found?.[1]}`, system].filter(Boolean).join(' · ');
}
