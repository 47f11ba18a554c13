/** What a table that is taken along consists of; numbers stay numbers, an instant is its ISO text. */
export type Cell = string | number | null | undefined;

export interface Sheet {
  name: string;
  head: readonly string[];
  rows: readonly (readonly Cell[])[];
}

/** A text that a spreadsheet would take for a formula gets a mark before it, so that it stays a text. */
function guard(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function field(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const text = guard(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as CSV (RFC 4180), with the mark that tells spreadsheets that it is UTF-8. */
export function writeCsv({ head, rows }: Sheet): string {
  return `\ufeff${[head, ...rows].map((row) => row.map(field).join(',')).join('\r\n')}\r\n`;
}
