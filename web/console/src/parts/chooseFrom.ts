interface Titled {
  key?: unknown;
  title?: unknown;
}

/** Of the columns of a list, those that can be left out, with what they are called. */
export function chooseFrom(columns: readonly Titled[], optional: readonly string[]): { key: string; title: string }[] {
  return columns
    .filter(({ key }) => optional.includes(String(key)))
    .map(({ key, title }) => ({ key: String(key), title: String(title) }));
}
