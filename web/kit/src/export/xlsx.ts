import type { Cell, Sheet } from './csv';
import { writeZip } from './zip';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET_NAME_MOST = 31;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML 1.0 forbids
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text for XML; what XML cannot hold is left out. */
function escapeText(text: string): string {
  return text.replaceAll(forbidden, '').replaceAll(/[&<>"]/g, (letter) => entities[letter] ?? '');
}

function cellOf(cell: Cell, style: 0 | 1): string {
  if (cell === null || cell === undefined || cell === '') return '<c/>';
  if (typeof cell === 'number' && Number.isFinite(cell)) return `<c s="${style}"><v>${cell}</v></c>`;
  return `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${escapeText(String(cell))}</t></is></c>`;
}

function rowOf(row: readonly Cell[], style: 0 | 1): string {
  return `<row>${row.map((cell) => cellOf(cell, style)).join('')}</row>`;
}

function sheetOf({ head, rows }: Sheet): string {
  const frozen =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>';
  const widths = head
    .map((_, index) => `<col min="${index + 1}" max="${index + 1}" width="20" customWidth="1"/>`)
    .join('');
  const body = rows.map((row) => rowOf(row, 0)).join('');
  return `${HEAD}<worksheet xmlns="${MAIN}">${frozen}<cols>${widths}</cols><sheetData>${rowOf(head, 1)}${body}</sheetData></worksheet>`;
}

const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font/><font><b/></font></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`;
const TYPES = `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`;

function relations(...targets: readonly [id: string, kind: string, target: string][]): string {
  const parts = targets.map(
    ([id, kind, target]) => `<Relationship Id="${id}" Type="${OFFICE}/${kind}" Target="${target}"/>`,
  );
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${parts.join('')}</Relationships>`;
}

/** A table as a workbook (Office Open XML) of one sheet: head in bold and frozen, texts never taken for formulas. */
export function writeXlsx(sheet: Sheet): Uint8Array {
  const name = escapeText(sheet.name.replaceAll(/[[\]:*?/\\]/g, ' ').slice(0, SHEET_NAME_MOST)) || 'Sheet';
  return writeZip({
    '[Content_Types].xml': TYPES,
    '_rels/.rels': relations(['rId1', 'officeDocument', 'xl/workbook.xml']),
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${name}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(
      ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
      ['rId2', 'styles', 'styles.xml'],
    ),
    'xl/worksheets/sheet1.xml': sheetOf(sheet),
    'xl/styles.xml': STYLES,
  });
}
