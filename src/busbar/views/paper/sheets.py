"""Tables for other programs: CSV, and XLSX of one sheet."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from busbar.canon.invoicing import Document, InvoiceRequest, RequestKind
from busbar.rating.totals import to_major
from busbar.views.paper.words import name_line

Cell = str | int | Decimal | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAMES = "http://schemas.openxmlformats.org"
_EPOCH = (1980, 1, 1, 0, 0, 0)
TAX_CODES = {"electricity": "1100101020000000000", "service": "3040802010200000000", "none": "1100101020000000000"}
"""税收分类编码: 售电 and 充电服务."""
FAPIAO_HEAD = (
    "发票流水号", "发票类型", "购买方名称", "购买方纳税人识别号", "购买方地址", "购买方电话", "购买方开户银行",
    "购买方银行账号", "购买方邮箱", "项目名称", "税收分类编码", "单位", "数量", "单价(含税)", "金额(含税)",
    "税率", "税额", "备注",
)  # fmt: skip
_FAPIAO_KINDS = {RequestKind.FAPIAO_NORMAL: "普通发票", RequestKind.FAPIAO_SPECIAL: "增值税专用发票"}


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table as CSV that spreadsheets open as UTF-8; no text of it is taken for a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(head)
    for row in rows:
        writer.writerow([_guard(cell) for cell in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _guard(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def write_xlsx(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str) -> bytes:
    """Write a table as an Excel workbook of one sheet, its head frozen."""
    lines = [_write_row(1, head, style=' s="1"')]
    lines += [_write_row(index, row) for index, row in enumerate(rows, 2)]
    widths = "".join(
        f'<col min="{index}" max="{index}" width="18" customWidth="1"/>' for index in range(1, len(head) + 1)
    )
    sheet = (
        f'<worksheet xmlns="{_NAMES}/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{widths}</cols><sheetData>{''.join(lines)}</sheetData></worksheet>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_list_parts(title), ("xl/worksheets/sheet1.xml", sheet)):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return buffer.getvalue()


def _write_row(number: int, row: Sequence[Cell], *, style: str = "") -> str:
    cells = "".join(_write_cell(f"{_name_column(index)}{number}", cell, style) for index, cell in enumerate(row))
    return f'<row r="{number}">{cells}</row>'


def _name_column(index: int) -> str:
    name = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _write_cell(place: str, cell: Cell, style: str) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        text = escape(_ILLEGAL.sub("", cell))
        return f'<c r="{place}" t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'
    return (
        f'<c r="{place}"{style}><v>{cell:f}</v></c>'
        if isinstance(cell, Decimal)
        else f'<c r="{place}"><v>{cell}</v></c>'
    )


def _list_parts(title: str) -> list[tuple[str, str]]:
    office = f"{_NAMES}/officeDocument/2006/relationships"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    package = f"{_NAMES}/package/2006"
    name = escape(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Sheet")
    return [
        (
            "[Content_Types].xml",
            (
                f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
                'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
                f'<Override PartName="/xl/styles.xml" ContentType="{kinds}.styles+xml"/>'
                f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/></Types>'
            ),
        ),
        (
            "_rels/.rels",
            (
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
                f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
            ),
        ),
        (
            "xl/workbook.xml",
            (
                f'<workbook xmlns="{_NAMES}/spreadsheetml/2006/main" xmlns:r="{office}"><sheets>'
                f'<sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>'
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            (
                f'<Relationships xmlns="{package}/relationships">'
                f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
                f'<Relationship Id="r2" Type="{office}/styles" Target="styles.xml"/></Relationships>'
            ),
        ),
        (
            "xl/styles.xml",
            (
                f'<styleSheet xmlns="{_NAMES}/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/></font>'
                '<font><b/><sz val="11"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill>'
                '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
                '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs>'
                '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
            ),
        ),
    ]


def list_fapiao(requests: Iterable[tuple[InvoiceRequest, Sequence[Document]]]) -> list[list[Cell]]:
    """List what tax software needs to make 发票: a row for each line with tax, those of one request together."""
    rows: list[list[Cell]] = []
    for request, receipts in requests:
        buyer = request.buyer
        head: list[Cell] = [
            request.request_id, _FAPIAO_KINDS.get(request.kind, ""), buyer.name, buyer.vat_id,
            f"{buyer.province}{buyer.city}{buyer.street}", buyer.phone, buyer.bank, buyer.iban, buyer.email,
        ]  # fmt: skip
        for receipt in receipts:
            for line in receipt.lines:
                gross = to_major(line.gross, receipt.currency)
                quantity = line.quantity if line.unit != "%" and line.quantity else Decimal(1)
                price = (gross / quantity).quantize(Decimal("0.00000001"))
                unit = line.unit if line.unit != "%" else "次"
                rows.append([
                    *head, f"*供电*{name_line(line, 'zh')}", TAX_CODES[line.share], unit, quantity,
                    price, gross, line.vat_percent / 100, to_major(line.tax, receipt.currency),
                    f"订单{', '.join(receipt.session_ids)}",
                ])  # fmt: skip
    return rows
