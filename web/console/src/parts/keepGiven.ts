/** The filters of an address that are set: those that are not do not stand in it. */
export function keepGiven<Given extends object>(search: Given): { [Key in keyof Given]: Exclude<Given[Key], null> } {
  const set = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return Object.fromEntries(set) as { [Key in keyof Given]: Exclude<Given[Key], null> };
}
