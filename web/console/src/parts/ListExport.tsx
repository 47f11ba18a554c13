import { useFormat } from '@busbar/kit';
import type { Cell, SheetFormat } from '@busbar/kit/export';
import { useTranslation } from 'react-i18next';
import { type ReadPart, readWhole } from '../queries/parts';
import { ExportButton } from './ExportButton';
import { useTell } from './useTell';

/** A column of a file: its head, and what it holds of a row. */
export type Field<Row> = readonly [head: string, cell: (row: Row) => Cell];

export interface ListFile<Row> {
  /** What the sheet is called. */
  title: string;
  fields: readonly Field<Row>[];
  /** Reads the list as the filters of its page find it. */
  read: ReadPart<Row>;
}

interface ListExportProps<Row> extends ListFile<Row> {
  /** The file is called after it. */
  name: string;
  /** Only these, when some are chosen. */
  chosen?: readonly Row[];
}

/** A list as a file: what is chosen, else all that the filters find. */
export function ListExport<Row>({ name, title, fields, read, chosen = [] }: ListExportProps<Row>) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const tell = useTell();
  const save = async (format: SheetFormat) => {
    const { rows, isCut } = chosen.length ? { rows: chosen, isCut: false } : await readWhole(read);
    const { saveSheet } = await import('@busbar/kit/export');
    const sheet = {
      name: title,
      head: fields.map(([head]) => head),
      rows: rows.map((row) => fields.map(([, cell]) => cell(row))),
    };
    saveSheet(sheet, format, `busbar-${name}-${new Date().toISOString().slice(0, 10)}`);
    if (isCut) tell.warn(t('list.rowsCut', { shown: number(rows.length) }));
    else tell.done(t('list.rowsExported', { count: rows.length }));
  };
  return <ExportButton save={save} />;
}
