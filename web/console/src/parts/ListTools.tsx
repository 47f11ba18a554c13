import { useMemo } from 'react';
import type { ListName } from '../queries/views';
import { ColumnChoice } from './ColumnChoice';
import { ListExport, type ListFile } from './ListExport';
import { type Columns, hiddenOf, type Place } from './ListTable';
import { SavedViews } from './SavedViews';

interface ListToolsProps<Row> {
  list: ListName;
  columns: Columns<Row>;
  place: Place;
  /** Which columns are left out from now on, as it stands in the address. */
  onHide: (hide: string | undefined) => void;
  file: ListFile<Row>;
  /** Rows that are ticked: then the file holds these. */
  chosen?: readonly Row[];
}

/** The columns that can be left out, with what they are called: all but the first, which names the row. */
export function optionalOf(columns: readonly { key?: unknown; title?: unknown }[]): { key: string; title: string }[] {
  return columns
    .slice(1)
    .flatMap(({ key, title }) => (typeof title === 'string' && title ? [{ key: String(key), title }] : []));
}

/** At the end of a list's filters: which columns are shown, views under a name, and the list as a file. */
export function ListTools<Row>({ list, columns, place, onHide, file, chosen = [] }: ListToolsProps<Row>) {
  const hidden = useMemo(() => hiddenOf(place), [place]);
  const optional = optionalOf(columns);
  return (
    <span className="bc-list-tools">
      {optional.length > 0 && <ColumnChoice columns={optional} hidden={hidden} onChange={onHide} />}
      <SavedViews list={list} />
      <ListExport name={list} {...file} chosen={chosen} />
    </span>
  );
}
