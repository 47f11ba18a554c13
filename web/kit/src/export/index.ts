import { type Sheet, writeCsv } from './csv';
import { writeXlsx } from './xlsx';

export type { Cell, Sheet } from './csv';
export { writeCsv, writeXlsx };

export type SheetFormat = 'csv' | 'xlsx';

const types: Record<SheetFormat, string> = {
  csv: 'text/csv;charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Hand a table to the person as a file. */
export function saveSheet(sheet: Sheet, format: SheetFormat, fileName: string): void {
  const content = format === 'csv' ? writeCsv(sheet) : new Uint8Array(writeXlsx(sheet));
  const url = URL.createObjectURL(new Blob([content], { type: types[format] }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${fileName}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
