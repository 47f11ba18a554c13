/** What a code that leads to no station of ours seems to be. */
export type StrangeCode = { kind: 'foreign'; host: string } | { kind: 'nothing' } | { kind: 'unknown' };

const STATION_PATH = /\/s\/[^/]+(\/\d+)?\/?$/;

function readAddress(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Judge a code that the server does not know: a label of another network, no label at all, or one of ours that is gone. */
export function judgeCode(code: string, ownHost: string): StrangeCode {
  const text = code.trim();
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return { kind: /\s/.test(text) ? 'nothing' : 'unknown' };
  const address = readAddress(text);
  if (!address || !/^https?:$/.test(address.protocol)) return { kind: 'nothing' };
  if (address.host !== ownHost) return { kind: 'foreign', host: address.host };
  return { kind: STATION_PATH.test(address.pathname) ? 'unknown' : 'nothing' };
}
