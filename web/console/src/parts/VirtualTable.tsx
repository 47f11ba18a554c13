// biome-ignore-all lint/a11y/useSemanticElements: rows stand where the scroll has them, which the elements of a table do not allow
import { Loading } from '@busbar/kit';
import { memo, type ReactNode, type UIEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import './virtualTable.css';

export interface VirtualColumn<Row> {
  key: string;
  title: string;
  /** Its width: at least so much, and a share of what room is left. */
  leastPx: number;
  share: number;
  isNumber?: boolean;
  /** The API sorts by it. */
  isSortable?: boolean;
  render: (row: Row) => ReactNode;
}

interface VirtualTableProps<Row> {
  rows: readonly Row[];
  /** How many there are, loaded or not. */
  total: number;
  columns: readonly VirtualColumn<Row>[];
  keyOf: (row: Row) => string;
  label: string;
  sort: string | undefined;
  onSort: (sort: string | undefined) => void;
  onOpen: (row: Row) => void;
  /** The end of what is loaded comes near. */
  onNearEnd: () => void;
  selection?: { has: (key: string) => boolean; toggle: (key: string) => void; isAll: boolean; toggleAll: () => void };
  testId: string;
}

const ROW_PX = 54;
/** Rows beyond the window that are drawn as well, so that a quick scroll finds them there. */
const SPARE_ROWS = 8;
const NEAR_END_ROWS = 60;
const TICK_PX = 40;
const GAP_PX = 12;
const EDGES_PX = 32;

/** Which rows a window of this height shows; pure, so that it can be tried. */
export function windowOf(scrollTop: number, heightPx: number, count: number): { first: number; last: number } {
  const first = Math.max(0, Math.floor(scrollTop / ROW_PX) - SPARE_ROWS);
  return { first, last: Math.min(count, Math.ceil((scrollTop + heightPx) / ROW_PX) + SPARE_ROWS) };
}

/** The order after a press on a column's head: up, down, as it was. */
export function nextSort(sort: string | undefined, key: string): string | undefined {
  if (sort === key) return `-${key}`;
  return sort === `-${key}` ? undefined : key;
}

function orderOf(sort: string | undefined, key: string): 'ascending' | 'descending' | 'none' {
  if (sort === key) return 'ascending';
  return sort === `-${key}` ? 'descending' : 'none';
}

interface RowProps<Row> extends Pick<VirtualTableProps<Row>, 'columns' | 'onOpen' | 'testId'> {
  row: Row;
  rowKey: string;
  index: number;
  isSelected: boolean | undefined;
  onToggle: ((key: string) => void) | undefined;
}

function TableRow<Row>({ row, rowKey, index, columns, isSelected, onToggle, onOpen, testId }: RowProps<Row>) {
  const { t } = useTranslation();
  const press = (event: React.MouseEvent) => {
    if ((event.target as Element).closest('a, button, input') || window.getSelection()?.toString()) return;
    onOpen(row);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link in the row is the way for keys
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      className="bc-virtual-row"
      style={{ transform: `translateY(${(index + 1) * ROW_PX}px)` }}
      onClick={press}
    >
      {onToggle && (
        <span role="cell">
          <input
            type="checkbox"
            aria-label={t('list.select', { row: rowKey })}
            checked={isSelected}
            data-testid={`${testId}-select-${rowKey}`}
            onChange={() => onToggle(rowKey)}
          />
        </span>
      )}
      {columns.map((column) => (
        <span key={column.key} role="cell" data-number={column.isNumber || undefined}>
          {column.render(row)}
        </span>
      ))}
    </div>
  );
}

/** A row that a scroll leaves in the window is not drawn again: of thirty, a quick one brings in a few with each frame. */
const KeptRow = memo(TableRow) as typeof TableRow;

/** A table of any length: only the rows in the window are drawn. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const { rows, total, columns, keyOf, label, sort, onSort, onOpen, onNearEnd, selection, testId } = props;
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, last: 30 });

  const look = useCallback(
    (part: HTMLElement) => {
      const next = windowOf(part.scrollTop, part.clientHeight, rows.length);
      setView((before) => (before.first === next.first && before.last === next.last ? before : next));
      if (next.last > rows.length - NEAR_END_ROWS && rows.length < total) onNearEnd();
    },
    [rows.length, total, onNearEnd],
  );
  useEffect(() => {
    const part = place.current;
    if (!part) return;
    const again = () => look(part);
    again();
    const watch = new ResizeObserver(again);
    watch.observe(part);
    return () => watch.disconnect();
  }, [look]);

  const shares = columns.map(({ leastPx, share }) => `minmax(${leastPx}px, ${share}fr)`);
  const tracks = [...(selection ? [`${TICK_PX}px`] : []), ...shares].join(' ');
  const leastPx = columns.reduce((sum, column) => sum + column.leastPx + GAP_PX, selection ? TICK_PX + GAP_PX : 0);
  return (
    <section
      ref={place}
      className="bc-virtual"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      onScroll={(event: UIEvent<HTMLElement>) => look(event.currentTarget)}
    >
      <div
        role="table"
        aria-label={label}
        aria-rowcount={total + 1}
        data-testid={testId}
        data-list
        style={
          {
            '--tracks': tracks,
            height: (rows.length + 1) * ROW_PX,
            minWidth: leastPx + EDGES_PX,
          } as React.CSSProperties
        }
      >
        <div role="row" aria-rowindex={1} className="bc-virtual-head" tabIndex={-1}>
          {selection && (
            <span role="columnheader" tabIndex={-1}>
              <input
                type="checkbox"
                aria-label={t('list.selectAll')}
                checked={selection.isAll}
                data-testid={`${testId}-select-all`}
                onChange={selection.toggleAll}
              />
            </span>
          )}
          {columns.map(({ key, title, isNumber, isSortable }) => (
            <span
              key={key}
              role="columnheader"
              tabIndex={-1}
              data-number={isNumber || undefined}
              {...(isSortable && { 'aria-sort': orderOf(sort, key) })}
            >
              {isSortable ? (
                <button type="button" onClick={() => onSort(nextSort(sort, key))}>
                  {title}
                  <i aria-hidden="true">{{ ascending: '↑', descending: '↓', none: '↕' }[orderOf(sort, key)]}</i>
                </button>
              ) : (
                title
              )}
            </span>
          ))}
        </div>
        {rows.slice(view.first, view.last).map((row, offset) => {
          const key = keyOf(row);
          return (
            <KeptRow<Row>
              key={key}
              row={row}
              rowKey={key}
              index={view.first + offset}
              columns={columns}
              isSelected={selection?.has(key)}
              onToggle={selection?.toggle}
              onOpen={onOpen}
              testId={testId}
            />
          );
        })}
      </div>
      {rows.length < total && rows.length === 0 && <Loading rows={8} />}
    </section>
  );
}
