import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Sheet, writeCsv, writeXlsx } from '.';
import { crc32 } from './zip';

const sheet: Sheet = {
  name: 'Stations: 2026/11',
  head: ['Name', 'Power, kW'],
  rows: [
    ['Colonna "7", left', 22.5],
    ['=HYPERLINK("http://x")', null],
    ['1 号桩 <A&B>', 0],
  ],
};

it('writes CSV that every spreadsheet reads, and no formula', () => {
  expect(writeCsv(sheet)).toBe(
    '\ufeffName,"Power, kW"\r\n"Colonna ""7"", left",22.5\r\n"\'=HYPERLINK(""http://x"")",\r\n1 号桩 <A&B>,0\r\n',
  );
});

it('knows the check sum of the standard', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

it('writes a workbook that a stranger unpacks and reads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'busbar-sheet-'));
  const path = join(folder, 'sheet.xlsx');
  writeFileSync(path, writeXlsx(sheet));
  const script = `
import sys, zipfile, xml.etree.ElementTree as tree
box = zipfile.ZipFile(sys.argv[1])
assert box.testzip() is None
for name in box.namelist():
    tree.fromstring(box.read(name))
sheet = tree.fromstring(box.read('xl/worksheets/sheet1.xml'))
ns = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
for row in sheet.iter(ns + 'row'):
    print('|'.join(''.join(cell.itertext()) for cell in row.iter(ns + 'c')))
book = tree.fromstring(box.read('xl/workbook.xml'))
print(next(book.iter(ns + 'sheet')).get('name'))
`;
  const told = execFileSync('python3', ['-c', script, path], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONUTF8: '1' },
  });
  rmSync(folder, { recursive: true });
  expect(told.trim().split('\n')).toEqual([
    'Name|Power, kW',
    'Colonna "7", left|22.5',
    '=HYPERLINK("http://x")|',
    '1 号桩 <A&B>|0',
    'Stations  2026 11',
  ]);
});
