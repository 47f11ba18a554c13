import { expect, it } from 'vitest';
import { moveRow, readPress } from './shortcuts';

const calm = { isTyping: false, isAfterG: false, isOn: true };
const press = (key: string, more = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

it('opens the palette from everywhere, even while one types', () => {
  for (const held of [{ ctrlKey: true }, { metaKey: true }])
    expect(readPress(press('k', held), { ...calm, isTyping: true })).toEqual({ kind: 'palette' });
});

it('goes to a page by g and its letter', () => {
  expect(readPress(press('g'), calm)).toEqual({ kind: 'sequence' });
  expect(readPress(press('s'), { ...calm, isAfterG: true })).toEqual({ kind: 'go', to: '/stations' });
  expect(readPress(press('s'), calm)).toBeNull();
});

it('leaves what is typed alone, and every single key to who switched them off', () => {
  for (const key of ['g', 'j', 'k', 'x', '?']) {
    expect(readPress(press(key), calm)).not.toBeNull();
    expect(readPress(press(key), { ...calm, isTyping: true })).toBeNull();
    expect(readPress(press(key), { ...calm, isOn: false })).toBeNull();
    expect(readPress(press(key, { altKey: true }), calm)).toBeNull();
  }
});

it('walks through rows', () => {
  expect(readPress(press('j'), calm)).toEqual({ kind: 'row', step: 1 });
  expect(readPress(press('k'), calm)).toEqual({ kind: 'row', step: -1 });
});

it('moves from row to row, whatever else a row leads to', () => {
  const row = (name: string) => `<tr><td><a class="bc-link" href="#${name}">${name}</a>
    <a class="bc-link" href="#of-${name}">station</a></td></tr>`;
  document.body.innerHTML = `<main id="main"><div data-list><table>${row('a')}${row('b')}</table></div></main>`;
  Element.prototype.scrollIntoView ??= () => undefined;
  const steps = ([1, 1, 1, -1] as const).map((step) => {
    moveRow(step);
    return document.activeElement?.textContent;
  });
  expect(steps).toEqual(['a', 'b', 'b', 'a']);
  document.body.innerHTML = '';
});
