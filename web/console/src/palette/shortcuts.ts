/** Keys that lead somewhere from everywhere: `g`, then the letter. */
export const goTo: Readonly<Record<string, string>> = {
  n: '/',
  i: '/sites',
  s: '/stations',
  e: '/sessions',
  d: '/drivers',
  t: '/tokens',
  p: '/profiles',
  w: '/wire',
  a: '/audit',
};

/** A second key counts within this time after `g`. */
export const SEQUENCE_MILLIS = 1_200;

const STORAGE_KEY = 'busbar.console.keys';

/** Single keys can be switched off: who speaks to the machine types them by accident (WCAG 2.1.4). */
export function areKeysOn(): boolean {
  return localStorage.getItem(STORAGE_KEY) !== 'off';
}

export function setKeysOn(isOn: boolean): void {
  if (isOn) localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, 'off');
}

export type Deed =
  | { kind: 'palette' | 'help' }
  | { kind: 'go'; to: string }
  | { kind: 'row'; step: 1 | -1 }
  | { kind: 'select' }
  | { kind: 'sequence' };

interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** What a press means; `isTyping` in a field, `isAfterG` when `g` was pressed just before. */
export function readPress(press: Press, state: { isTyping: boolean; isAfterG: boolean; isOn: boolean }): Deed | null {
  const key = press.key.toLowerCase();
  if ((press.ctrlKey || press.metaKey) && key === 'k') return { kind: 'palette' };
  if (state.isTyping || !state.isOn || press.ctrlKey || press.metaKey || press.altKey) return null;
  const to = goTo[key];
  if (state.isAfterG && to !== undefined) return { kind: 'go', to };
  if (press.key === '?') return { kind: 'help' };
  if (key === 'g') return { kind: 'sequence' };
  if (key === 'j') return { kind: 'row', step: 1 };
  if (key === 'k') return { kind: 'row', step: -1 };
  if (key === 'x') return { kind: 'select' };
  return null;
}

/** Whether keys go into a field there. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"], [role="combobox"]') !==
      null
  );
}

/** Whether a question or another dialog in the middle waits for an answer: the keys belong to it. */
export function isAsked(): boolean {
  return document.querySelector('dialog[open], .ant-modal-wrap:not([style*="none"])') !== null;
}

/** Whether that, or a drawer beside the page, stands before it. */
export function isCovered(): boolean {
  return isAsked() || document.querySelector('.ant-drawer-open') !== null;
}

/** The rows of the list on the page, by the link that opens each. */
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll('#main [data-list] :is(tr, [role="row"])')];
  const links = rows.flatMap((row) => row.querySelector('.bc-link') ?? []);
  const active = document.activeElement;
  const row = active?.closest('tr, [role="row"]');
  const at = links.findIndex((link) => link === active || row?.contains(link) === true);
  const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))];
  if (next instanceof HTMLElement) next.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Tick the row that has the focus. */
export function selectRow(): void {
  const row = document.activeElement?.closest('tr, [role="row"]');
  row?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click();
}
