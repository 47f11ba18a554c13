/** What usually hinders a station from coming in, told by what the door wrote into its wire log. */
export type Hindrance = 'protocol' | 'password' | 'blocked' | 'crowded' | 'other';

const signs: readonly (readonly [Hindrance, RegExp])[] = [
  ['protocol', /no sub-protocol in common/],
  ['password', /password|Basic|credentials|authorization/i],
  ['blocked', /is blocked/],
  ['crowded', /too many/],
];

/** Why the door refused; null: the note tells of something else. */
export function readHindrance(note: string): Hindrance | null {
  if (!note.startsWith('refused: ')) return null;
  return signs.find(([, sign]) => sign.test(note))?.[0] ?? 'other';
}
