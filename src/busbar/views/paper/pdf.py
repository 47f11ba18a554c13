"""Documents as PDF: A4, the operator's logo and colour, Chinese by a CID font that every reader has at hand."""

import io
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from busbar.canon.invoicing import BusinessParty, Document, DocumentKind, DocumentLine, TaxCategory
from busbar.rating.lines import count_digits
from busbar.rating.totals import to_major
from busbar.views.paper.printing import Paper, draw_foot, draw_logo, lay_table, register_fonts, write_text
from busbar.views.paper.words import choose_words, name_line, write_decimal, write_refusals

PRICE_DECIMALS_MAX = 5
QUANTITY_DECIMALS_MAX = 4
THOUSAND = 1000


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the session was, by the names of today."""

    station: str = ""
    site: str = ""
    zone: str = "UTC"


def write_pdf(document: Document, *, place: Place, paper: Paper, language: str | None = None) -> bytes:
    """Write a document as PDF."""
    return _Sheet(document, place, paper, language or document.language).write()


class _Sheet:
    def __init__(self, document: Document, place: Place, paper: Paper, language: str) -> None:
        self.document, self.place, self.paper, self.language = document, place, paper, language
        self.words: Mapping[str, str] = choose_words(language)
        self.digits = count_digits(document.currency)

    def write(self) -> bytes:
        from reportlab.lib.pagesizes import A4  # noqa: PLC0415 - heavy, and only who wants paper needs it
        from reportlab.lib.units import mm  # noqa: PLC0415 - heavy: see `register_fonts`
        from reportlab.platypus import SimpleDocTemplate, Spacer  # noqa: PLC0415 - heavy: see `register_fonts`

        register_fonts()
        buffer = io.BytesIO()
        title = f"{self.words[self.document.kind]} {self.document.reference}"
        template = SimpleDocTemplate(
            buffer, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=22 * mm,
            title=title, author=self.document.seller.name, invariant=1,
        )  # fmt: skip
        story: list[Any] = [
            self._head(), Spacer(1, 9 * mm), self._title(), Spacer(1, 5 * mm), self._facts(), Spacer(1, 7 * mm),
            self._lines(), Spacer(1, 3 * mm), self._sums(),
        ]  # fmt: skip
        refused = write_refusals(self.document.refusals, self.language)
        if refused and self.document.kind is DocumentKind.RECEIPT:
            story += [Spacer(1, 6 * mm), write_text(refused, size=8, color="#4e5969")]
        template.build(story, onFirstPage=self._foot, onLaterPages=self._foot)
        return buffer.getvalue()

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _head(self) -> Any:
        seller = self.document.seller
        left: list[Any] = []
        logo = draw_logo(self.paper)
        if logo is not None:
            left.append(logo)
        left.append(write_text(seller.name, size=12, is_bold=True, color=self.paper.color))
        right = write_text(self._write_party(seller, with_name=False), size=8, color="#4e5969", align=2)
        return lay_table(
            [[left, right]], widths=(95, 75), rules=[("LINEBELOW", (0, 0), (-1, 0), 1.2, self.paper.color)]
        )

    def _title(self) -> Any:
        document = self.document
        title = write_text(self.words[document.kind], size=20, is_bold=True)
        buyer: list[Any] = []
        if document.buyer is not None:
            buyer = [
                write_text(self.words["buyer"], size=7.5, color="#86909c"),
                write_text(self._write_party(document.buyer, with_name=True), size=9),
            ]
        return lay_table([[title, buyer]], widths=(95, 75))

    def _facts(self) -> Any:
        facts = self._list_facts()
        half = (len(facts) + 1) // 2
        rows: list[list[Any]] = []
        for index in range(half):
            row: list[Any] = []
            for name, value in (facts[index], facts[index + half] if index + half < len(facts) else ("", "")):
                row += [write_text(name, size=8, color="#86909c"), write_text(value, size=8.5)]
            rows.append(row)
        return lay_table(rows, widths=(26, 59, 26, 59), padding=1.5)

    def _list_facts(self) -> list[tuple[str, str]]:
        document = self.document
        starts_at, ends_at = document.starts_at, document.ends_at
        energy = write_decimal(Decimal(document.energy_wh) / THOUSAND, self.language, decimals=3)
        told = (
            ("number", document.reference),
            ("issued", self._write_day(document.issued_at)),
            ("due", self._write_day(document.due_at) if document.due_at else ""),
            ("credited", document.credited_reference),
            ("reason", document.reason),
            ("site", self.place.site),
            ("station", self.place.station or str(document.station_id or "")),
            ("session", document.session_ids[0] if len(document.session_ids) == 1 else ""),
            ("period", self._write_period(starts_at, ends_at) if starts_at and ends_at else ""),
            ("energy_total", f"{energy} kWh" if document.energy_wh else ""),
            ("tariff", self._write_tariff()),
        )
        return [(self.words[name], text) for name, text in told if text]

    def _write_tariff(self) -> str:
        name, version = self.document.tariff_name, self.document.tariff_version
        return f"{name} · {self.words['version'].format(version=version)}" if name and version else name

    def _lines(self) -> Any:
        names = ("item", "quantity", "price", "rate", "net", "gross")
        head = [
            write_text(self.words[name], size=8, is_bold=True, color="#ffffff", align=0 if index == 0 else 2)
            for index, name in enumerate(names)
        ]
        rows = [head]
        for line in _join_lines(self.document):
            cells = (
                self._write_quantity(line), self._write_price(line), self._write_rate(line), self._money(line.net),
                self._money(line.gross),
            )  # fmt: skip
            rows.append([
                write_text(name_line(line, self.language), size=8.5),
                *(write_text(cell, size=8.5, align=2) for cell in cells),
            ])  # fmt: skip
        rules = [
            ("BACKGROUND", (0, 0), (-1, 0), self.paper.color),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, "#e5e6eb"),
        ]
        return lay_table(rows, widths=(62, 28, 26, 14, 19, 21), padding=3.2, rules=rules, repeat=1)

    def _sums(self) -> Any:
        words, totals = self.words, self.document.totals
        rows = [["", write_text(words["sum_net"], align=2), write_text(self._money(totals.net), align=2)]]
        for tax in self.document.taxes:
            if tax.category is TaxCategory.STANDARD:
                percent = write_decimal(tax.vat_percent, self.language)
                text = f"{words['tax']} {percent} % ({self._money(tax.net)})"
                rows.append(["", write_text(text, align=2), write_text(self._money(tax.tax), align=2)])
            elif tax.reason:
                rows.append(["", write_text(tax.reason, size=8, color="#4e5969", align=2), ""])
        is_credit = self.document.kind is DocumentKind.CREDIT_NOTE
        name = words["gross"] if is_credit or self.document.kind is DocumentKind.RECEIPT else words["sum_gross"]
        rows.append([
            "",
            write_text(name, size=11, is_bold=True, align=2),
            write_text(f"{self._money(totals.gross)} {self.document.currency}", size=11, is_bold=True, align=2),
        ])  # fmt: skip
        rules = [("LINEABOVE", (1, -1), (-1, -1), 1, self.paper.color)]
        return lay_table(rows, widths=(70, 62, 38), padding=2, rules=rules)

    def _foot(self, canvas: Any, template: Any) -> None:
        right = f"{self.document.reference} · {self.words['page']} {template.page}"
        draw_foot(canvas, template, left=self.paper.footer, right=right)

    # ---- words -------------------------------------------------------------------------------------------------------

    def _write_party(self, party: BusinessParty, *, with_name: bool) -> str:
        place = " ".join(each for each in (party.postcode, party.city, party.province) if each)
        rows = [
            party.name if with_name else "",
            party.street,
            f"{place}, {party.country}" if place and party.country else place or party.country,
            f"{self.words['vat_id']}: {party.vat_id}" if party.vat_id else "",
            f"{self.words['tax_code']}: {party.tax_code}" if party.tax_code else "",
            " · ".join(each for each in (party.phone, party.email) if each),
            " ".join(each for each in (party.bank, party.iban) if each),
        ]
        return "\n".join(row for row in rows if row)

    def _localise(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.place.zone))

    def _write_day(self, at: datetime) -> str:
        pattern = {"it": "%d/%m/%Y", "zh": "%Y-%m-%d"}.get(self.language[:2], "%d %b %Y")
        return self._localise(at).strftime(pattern)

    def _write_period(self, starts_at: datetime, ends_at: datetime) -> str:
        start, end = self._localise(starts_at), self._localise(ends_at)
        last = f"{end:%H:%M}" if start.date() == end.date() else f"{self._write_day(ends_at)} {end:%H:%M}"
        return f"{self._write_day(starts_at)} {start:%H:%M} - {last}"

    def _money(self, amount: int) -> str:
        return write_decimal(to_major(amount, self.document.currency), self.language, decimals=self.digits)

    def _write_quantity(self, line: DocumentLine) -> str:
        if line.unit == "session":
            return write_decimal(line.quantity, self.language)
        number = write_decimal(_shorten(line.quantity, QUANTITY_DECIMALS_MAX), self.language)
        return f"{number} {line.unit}"

    def _write_price(self, line: DocumentLine) -> str:
        if line.unit == "%":
            return ""
        exponent = line.unit_price.normalize().as_tuple().exponent
        decimals = max(self.digits, min(PRICE_DECIMALS_MAX, -exponent if isinstance(exponent, int) else 0))
        return write_decimal(line.unit_price, self.language, decimals=decimals)

    def _write_rate(self, line: DocumentLine) -> str:
        if line.category is TaxCategory.STANDARD:
            return f"{write_decimal(line.vat_percent, self.language)} %"
        return "-"


def _join_lines(document: Document) -> list[DocumentLine]:
    """Join lines of many sessions that have the same words, price and tax: a month fits on a page."""
    if len(document.session_ids) == 1:
        return list(document.lines)
    joined: dict[tuple[object, ...], DocumentLine] = {}
    for line in document.lines:
        key = (line.kind, line.share, line.text, line.unit, line.unit_price, line.vat_percent, line.category)
        before = joined.get(key)
        joined[key] = (
            line
            if before is None
            else msgspec.structs.replace(
                before,
                quantity=before.quantity if line.unit == "%" else before.quantity + line.quantity,
                net=before.net + line.net,
                tax=before.tax + line.tax,
                gross=before.gross + line.gross,
            )
        )
    return list(joined.values())


def _shorten(number: Decimal, decimals: int) -> Decimal:
    return round(number, decimals)
