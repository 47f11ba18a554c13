import { fireEvent, render, screen } from '@testing-library/react';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startI18n } from '../i18n';
import { Busbar, type BusbarFeeder } from './Busbar';
import { BusbarStrip } from './BusbarStrip';

const feeders: BusbarFeeder[] = [
  { id: 'A-1', name: 'Column A', kind: 'connector', state: 'charging', powerW: 21_400, ratedW: 22_000, connectors: [] },
  { id: 'B-2', name: 'Column B', kind: 'connector', state: 'faulted', powerW: 0, ratedW: 22_000, connectors: [] },
  { id: 'C-3', name: 'Column C', kind: 'connector', state: 'offline', powerW: 0, ratedW: 22_000, connectors: [] },
];

beforeAll(async () => {
  const none = () => Promise.resolve({ default: {} });
  await startI18n({ zh: none, en: none, it: none }, 'en');
});

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'getBoundingClientRect').mockReturnValue({ width: 900 } as DOMRect);
});

const hrefOf = (stationId: string) => `/stations/${stationId}`;

it('tells each station in a sentence, and draws its line after its state', () => {
  const { container } = render(<Busbar feeders={feeders} label="Diagram" hrefOf={hrefOf} />);
  const names = [...container.querySelectorAll('a > title')].map((title) => title.textContent);
  expect(names).toEqual([
    'Column A: Charging, 21.4\u202fkW of 22.0\u202fkW',
    'Column B: Faulted, 0.0\u202fkW of 22.0\u202fkW',
    'Column C: Offline, 0.0\u202fkW of 22.0\u202fkW',
  ]);
  const lines = [...container.querySelectorAll('a .bb-busbar-line')].map((line) => line.getAttribute('data-line'));
  expect(lines).toEqual(['flow', 'broken', 'open']);
  expect(container.querySelectorAll('a [data-near]')).toHaveLength(1);
  expect(screen.getByText('1 faulted')).toBeTruthy();
});

it('is one stop of the tab key; arrows lead on, a press opens', () => {
  const opened = vi.fn();
  render(<Busbar feeders={feeders} label="Diagram" hrefOf={hrefOf} onOpen={opened} />);
  const links = screen.getAllByRole('link');
  expect(links.map((link) => link.getAttribute('tabindex'))).toEqual(['0', '-1', '-1']);
  fireEvent.focus(links[0] as Element);
  fireEvent.keyDown(links[0] as Element, { key: 'End' });
  expect(links.map((link) => link.getAttribute('tabindex'))).toEqual(['-1', '-1', '0']);
  fireEvent.click(links[1] as Element);
  expect(opened).toHaveBeenCalledExactlyOnceWith('B-2');
  fireEvent.click(links[1] as Element, { ctrlKey: true });
  expect(opened).toHaveBeenCalledOnce();
});

it('is looked at only, where nothing is to be opened', () => {
  render(<Busbar feeders={feeders} label="Diagram" scale={2} />);
  expect(screen.queryAllByRole('link')).toEqual([]);
  expect(screen.getByRole('img', { name: /Column C: Offline/ })).toBeTruthy();
});

it('draws two hundred lines without motion', () => {
  const many = Array.from({ length: 200 }, (_, index) => ({ ...(feeders[0] as BusbarFeeder), id: `S-${index}` }));
  const { container } = render(<Busbar feeders={many} label="Diagram" hrefOf={hrefOf} />);
  expect(container.querySelectorAll('a')).toHaveLength(200);
  expect(container.querySelectorAll('a .bb-busbar-motion')).toHaveLength(0);
});

it('stands in a row as one picture with its words', () => {
  render(<BusbarStrip feeders={feeders} />);
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
    '3 stations, 21.4\u202fkW; drawing power: 1, faulted: 1, offline: 1',
  );
});
