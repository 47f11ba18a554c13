import { Empty, Loading, useFormat } from '@busbar/kit';
import type { UseQueryResult } from '@tanstack/react-query';
import { Button, Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Named, type Names, useAbsent } from '../queries/named';
import { Failure } from './Failure';
import type { Selection } from './useSelection';
import './virtualTable.css';

/** A part of a list, as the API cuts it. */
export interface ListPage<Row> {
  items: Row[];
  next_cursor: string | null;
  total: number | null;
}

export type Columns<Row> = NonNullable<TableProps<Row>['columns']>;

/** Where in a list one stands: the part of an address that `ListTable` changes. */
export interface Place {
  after?: string;
  page?: number;
  sort?: string;
  /** The keys of the columns that are left out. */
  hide?: string;
}

interface ListTableProps<Row> {
  list: UseQueryResult<ListPage<Row>>;
  columns: Columns<Row>;
  rowKey: keyof Row & string;
  /** What the list holds, for a screen reader. */
  label: string;
  place: Place;
  onPlace: (place: Place) => void;
  empty: ReactNode;
  onOpen?: (row: Row) => void;
  /** Rows can be ticked. */
  selection?: Selection<Row>;
  /** Under the list, in the place of the number of its entries. */
  foot?: ReactNode;
  testId: string;
}

/** The keys of the columns that the address leaves out. */
export function hiddenOf({ hide }: Place): ReadonlySet<string> {
  return new Set(hide?.split(','));
}

/** The columns that the address does not leave out. */
export function shownOf<Column extends { key?: unknown }>(columns: readonly Column[], place: Place): Column[] {
  const hidden = hiddenOf(place);
  return columns.filter(({ key }) => !hidden.has(String(key)));
}

const nothing: ListPage<never> = { items: [], next_cursor: null, total: null };

type Change<Row> = NonNullable<TableProps<Row>['onChange']>;

/** The sort word of the API: the column's key, with a minus for descending. */
function sortWord<Row>(sorter: Parameters<Change<Row>>[2]): string | undefined {
  const one = Array.isArray(sorter) ? sorter[0] : sorter;
  if (!one?.order || !one.columnKey) return undefined;
  return `${one.order === 'descend' ? '-' : ''}${String(one.columnKey)}`;
}

/** What a sortable column needs: `...sortable('name', place)`. */
export function sortable(key: string, place: Place) {
  const isDescending = place.sort === `-${key}`;
  const sortOrder = place.sort === key ? ('ascend' as const) : isDescending ? ('descend' as const) : null;
  return { key, sorter: true, sortOrder, showSorterTooltip: false };
}

/** antd measures columns by a hidden row with a second tick for all rows: nobody shall come upon that by keyboard. */
function calmMeasureRow(box: HTMLElement | null): void {
  for (const row of box?.querySelectorAll('.ant-table-measure-row') ?? []) row.setAttribute('inert', '');
}

/** A list of the API: sorted and cut into pages by the server, its place kept in the address. */
export function ListTable<Row extends object>(props: ListTableProps<Row>) {
  const { list, place, onPlace, empty, foot, testId } = props;
  const { t } = useTranslation();
  const page = list.data;
  const isEmpty = page?.items.length === 0 && (place.page ?? 1) === 1;
  const instead = () => {
    if (list.isPending) return <Loading rows={8} />;
    if (page) return empty;
    return (
      <Failure error={list.error} action={<Button onClick={() => void list.refetch()}>{t('action.retry')}</Button>} />
    );
  };
  const isListed = page !== undefined && !isEmpty;
  if (!isListed && !foot) return instead();
  // What runs in the foot goes on, at the same place of the tree, when the list becomes empty meanwhile.
  return (
    <div data-testid={testId} data-list ref={isListed ? calmMeasureRow : null}>
      {isListed ? <Rows {...props} items={page.items} /> : instead()}
      <Pager list={page ?? nothing} place={place} onPlace={onPlace} testId={testId} foot={foot} />
    </div>
  );
}

function Rows<Row extends object>(props: ListTableProps<Row> & { items: Row[] }) {
  const { items, columns, rowKey, label, place, onPlace, onOpen, selection, testId } = props;
  const { t } = useTranslation();
  return (
    <Table<Row>
      aria-label={label}
      dataSource={items}
      columns={shownOf(columns, place)}
      rowKey={rowKey}
      pagination={false}
      size="middle"
      scroll={{ x: 'max-content' }}
      onChange={(_pages, _filters, sorter) => onPlace(compactSort(sortWord(sorter)))}
      {...(selection && {
        rowSelection: {
          preserveSelectedRowKeys: true,
          selectedRowKeys: [...selection.rows.keys()],
          onSelect: (row: Row) => selection.toggle(String(row[rowKey])),
          onSelectAll: selection.toggleAll,
          getTitleCheckboxProps: () => ({ 'aria-label': t('list.selectAll'), 'data-testid': `${testId}-select-all` }),
          getCheckboxProps: (row: Row) => ({
            'aria-label': t('list.select', { row: String(row[rowKey]) }),
            'data-testid': `${testId}-select-${String(row[rowKey])}`,
          }),
        },
      })}
      {...(onOpen && {
        onRow: (row: Row) => ({
          className: 'bc-row-opens',
          onClick: (event) => {
            // A press on a link or button inside the row is meant for it, and marking text is not a press.
            if (
              (event.target as Element).closest('a, button, input, .ant-dropdown') ||
              window.getSelection()?.toString()
            )
              return;
            onOpen(row);
          },
        }),
      })}
    />
  );
}

interface PagerProps {
  list: ListPage<unknown>;
  place: Place;
  onPlace: (place: Place) => void;
  testId: string;
  foot?: ReactNode;
}

/** By list, page and its cursor: the cursor of the page before it, undefined for the first. The API tells only the next. */
const pagesBefore = new Map<string, string | undefined>();
const PAGES_KEPT = 1_000;

function placeKey(testId: string, { page, after }: Place): string {
  return `${testId} ${page} ${after}`;
}

/** The place of the page before, or of the first page where that is not known: the address came from elsewhere. */
function placeBefore(testId: string, place: Place): Place {
  const after = pagesBefore.get(placeKey(testId, place));
  return { ...keepSort(place), ...(after !== undefined && { after, page: (place.page ?? 1) - 1 }) };
}

/** Under a list: how many there are, and the way to the next page and back. */
export function Pager({ list, place, onPlace, testId, foot }: PagerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { next_cursor: next, total } = list;
  const page = place.page ?? 1;
  const goOn = (after: string) => {
    const following = { ...keepSort(place), after, page: page + 1 };
    pagesBefore.set(placeKey(testId, following), place.after);
    for (const oldest of pagesBefore.keys()) {
      if (pagesBefore.size <= PAGES_KEPT) break;
      pagesBefore.delete(oldest);
    }
    onPlace(following);
  };
  if (next === null && page === 1 && total === null && !foot) return null;
  return (
    <footer className="bc-pager" data-chosen={Boolean(foot) || undefined}>
      <span className="bc-pager-words">
        {foot || (total === null ? '' : t('list.total', { count: total, shown: format.number(total) }))}
      </span>
      {(next !== null || page > 1) && (
        <span className="bc-pager-buttons">
          <Button
            size="small"
            disabled={page === 1}
            data-testid={`${testId}-first`}
            onClick={() => onPlace(keepSort(place))}
          >
            {t('list.first')}
          </Button>
          <Button
            size="small"
            disabled={page === 1}
            data-testid={`${testId}-previous`}
            onClick={() => onPlace(placeBefore(testId, place))}
          >
            {t('list.previous')}
          </Button>
          <span>{t('list.page', { page })}</span>
          <Button
            size="small"
            disabled={next === null || next === place.after}
            data-testid={`${testId}-next`}
            onClick={() => next && goOn(next)}
          >
            {t('list.next')}
          </Button>
        </span>
      )}
    </footer>
  );
}

function compactSort(sort: string | undefined): Place {
  return sort === undefined ? {} : { sort };
}

function keepSort({ sort }: Place): Place {
  return compactSort(sort);
}

interface NothingListedProps {
  isFiltered: boolean;
  /** What the filters name: a link can outlive it, and then it is said which of them is gone. */
  names?: Names;
  /** Take the filter away that names this. */
  onClear?: (noun: Named) => void;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

const noNames: Names = {};

/** The page of a list that does not hold anything, or nothing that fits the filters. */
export function NothingListed({ isFiltered, names = noNames, onClear, title, children, action }: NothingListedProps) {
  const { t } = useTranslation();
  const absent = useAbsent(names);
  if (absent)
    return (
      <Empty
        title={t(`absent.${absent}`)}
        action={onClear && <Button onClick={() => onClear(absent)}>{t('absent.clear')}</Button>}
      >
        {t('page.missingText')}
      </Empty>
    );
  if (isFiltered) return <Empty title={t('list.noMatch')}>{t('list.noMatchText')}</Empty>;
  return (
    <Empty title={title} action={action}>
      {children}
    </Empty>
  );
}
