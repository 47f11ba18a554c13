"""Reports on paper, in three languages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from busbar.rating.lines import count_digits
from busbar.rating.totals import to_major
from busbar.views.paper.printing import Paper
from busbar.views.paper.table import Column, TablePaper, write_table
from busbar.views.paper.words import write_decimal
from busbar.views.shapes.reports import Report, ReportRow

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Revenue report", "site": "Site", "station": "Station", "connector": "Connector", "day": "Day",
        "month": "Month", "tariff": "Tariff", "customer_group": "Customer group", "sessions": "Sessions",
        "energy": "Energy (kWh)", "net": "Net", "tax": "Tax", "gross": "Gross", "cost": "Electricity cost",
        "margin": "Margin", "currency": "Currency", "sum": "Sum", "none": "Without", "page": "Page",
    },
    "it": {
        "title": "Rapporto dei ricavi", "site": "Sito", "station": "Stazione", "connector": "Connettore",
        "day": "Giorno", "month": "Mese", "tariff": "Tariffa", "customer_group": "Gruppo di clienti",
        "sessions": "Sessioni", "energy": "Energia (kWh)", "net": "Imponibile", "tax": "IVA", "gross": "Lordo",
        "cost": "Costo elettricità", "margin": "Margine", "currency": "Valuta", "sum": "Somma", "none": "Senza",
        "page": "Pagina",
    },
    "zh": {
        "title": "效益分析报表", "site": "场站", "station": "充电桩", "connector": "枪", "day": "日", "month": "月",
        "tariff": "计费规则", "customer_group": "客户组", "sessions": "订单数", "energy": "电量 (kWh)",
        "net": "不含税收入", "tax": "税额", "gross": "含税收入", "cost": "购电成本", "margin": "毛利",
        "currency": "币种", "sum": "合计", "none": "无", "page": "页",
    },
}  # fmt: skip
_DAY_FORMS = {"it": "%d/%m/%Y", "zh": "%Y-%m-%d"}


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is about."""

    group_by: str
    since: datetime
    until: datetime
    has_cost: bool


def write_report(report: Report, subject: Subject, *, author: str, zone: str, paper: Paper, language: str) -> bytes:
    """Write a report as PDF."""
    spoken = language[:2] if language[:2] in WORDS else "en"
    words = WORDS[spoken]

    def money(amount: int | None, currency: str) -> str:
        if amount is None:
            return ""
        return write_decimal(to_major(amount, currency), spoken, decimals=count_digits(currency))

    def write(row: ReportRow, name: str) -> list[str]:
        energy = write_decimal(Decimal(row.energy_wh).scaleb(-3), spoken, decimals=3)
        amounts = [row.totals.net, row.totals.tax, row.totals.gross]
        amounts += [row.electricity_cost or 0, row.margin or 0] if subject.has_cost else []
        return [name, str(row.sessions), energy, *(money(amount, row.currency) for amount in amounts), row.currency]

    def day(at: datetime) -> str:
        return at.astimezone(ZoneInfo(zone)).strftime(_DAY_FORMS.get(spoken, "%d %b %Y"))

    names = ["sessions", "energy", "net", "tax", "gross", *(["cost", "margin"] if subject.has_cost else []), "currency"]
    rows = [write(row, row.name or words["none"]) for row in report.rows]
    rows += [write(row, words["sum"]) for row in report.sums] if len(report.rows) > 1 else []
    content = TablePaper(
        title=words["title"],
        author=author,
        subtitle=f"{day(subject.since)} - {day(subject.until - timedelta(seconds=1))}",
        columns=[
            Column(name=words[subject.group_by], weight=2.6, is_number=False),
            *(Column(name=words[name]) for name in names),
        ],
        rows=rows,
        foot=words["page"],
    )
    return write_table(content, paper=paper)
