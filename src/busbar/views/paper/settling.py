"""A settlement as a statement for its payee: PDF in three languages, and CSV."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from busbar.rating.lines import count_digits
from busbar.rating.totals import to_major
from busbar.views.paper.printing import Paper
from busbar.views.paper.sheets import Cell
from busbar.views.paper.table import Column, TablePaper, write_table
from busbar.views.paper.words import write_decimal
from busbar.views.shapes.settlement import Payee, SettlementDetail, SettlementLine

HEAD = (
    "site", "from", "to", "sessions", "energy_kWh", "electricity", "service", "discounts", "platform_commission",
    "taxes", "from_electricity", "from_service", "from_commission", "for_sessions", "for_energy", "amount", "tax",
    "currency",
)  # fmt: skip
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Settlement statement", "draft": "Draft: not yet approved", "number": "Number", "period": "Period",
        "payee": "Payee", "vat_id": "VAT ID", "account": "Account", "approved": "Approved", "site": "Site",
        "sessions": "Sessions", "energy": "Energy (kWh)", "revenue": "Revenue", "electricity": "From electricity",
        "service": "From service", "commission": "From commission", "fixed": "Per session and kWh", "amount": "Amount",
        "tax": "Tax", "carried": "Taken over from before", "payable": "To be paid", "sum": "Sum", "all": "No site",
        "page": "Page",
    },
    "it": {
        "title": "Rendiconto", "draft": "Bozza: non ancora approvata", "number": "Numero", "period": "Periodo",
        "payee": "Beneficiario", "vat_id": "Partita IVA", "account": "Conto", "approved": "Approvato", "site": "Sito",
        "sessions": "Sessioni", "energy": "Energia (kWh)", "revenue": "Ricavi", "electricity": "Da elettricità",
        "service": "Da servizio", "commission": "Da commissione", "fixed": "Per sessione e kWh", "amount": "Importo",
        "tax": "IVA", "carried": "Riporto", "payable": "Da pagare", "sum": "Somma", "all": "Nessun sito",
        "page": "Pagina",
    },
    "zh": {
        "title": "结算单", "draft": "草稿：尚未批准", "number": "编号", "period": "结算周期", "payee": "收款方",
        "vat_id": "纳税人识别号", "account": "账户", "approved": "批准日期", "site": "场站", "sessions": "订单数",
        "energy": "电量 (kWh)", "revenue": "收入", "electricity": "电费分成", "service": "服务费分成",
        "commission": "平台佣金分成", "fixed": "按单按量", "amount": "金额", "tax": "税额", "carried": "上期结转",
        "payable": "应付", "sum": "合计", "all": "无场站", "page": "页",
    },
}  # fmt: skip
_DAY_FORMS = {"it": "%d/%m/%Y", "zh": "%Y-%m-%d"}


def list_cells(settlement: SettlementDetail) -> list[list[Cell]]:
    """List the lines as the rows of a table, amounts in major units."""
    return [
        [
            line.site_name or line.site_id or "",
            line.first_day.isoformat(),
            line.last_day.isoformat(),
            line.sessions,
            Decimal(line.energy_wh).scaleb(-3),
            *(
                to_major(amount, settlement.currency)
                for amount in (
                    line.electricity, line.service, line.discounts, line.commission, line.taxes,
                    line.from_electricity, line.from_service, line.from_commission, line.for_sessions, line.for_energy,
                    line.amount, line.tax,
                )
            ),
            settlement.currency,
        ]
        for line in settlement.lines
    ]  # fmt: skip


class _Statement:
    def __init__(self, settlement: SettlementDetail, payee: Payee, language: str) -> None:
        self.settlement, self.payee = settlement, payee
        self.language = language[:2] if language[:2] in WORDS else "en"
        self.words = WORDS[self.language]
        self.zone = ZoneInfo(settlement.zone)
        self.digits = count_digits(settlement.currency)

    def money(self, amount: int) -> str:
        return write_decimal(to_major(amount, self.settlement.currency), self.language, decimals=self.digits)

    def day(self, day: date) -> str:
        return day.strftime(_DAY_FORMS.get(self.language, "%d %b %Y"))

    def days(self, one: SettlementDetail | SettlementLine) -> str:
        return f"{self.day(one.first_day)} - {self.day(one.last_day)}"

    def list_facts(self) -> list[tuple[str, str]]:
        one, words, payee = self.settlement, self.words, self.payee
        place = " ".join(each for each in (payee.postcode, payee.city, payee.country) if each)
        told = (
            (words["payee"], "\n".join(each for each in (payee.name, payee.street, place) if each)),
            (words["vat_id"], payee.vat_id),
            (words["account"], payee.iban or payee.account),
            (words["number"], one.reference),
            (words["period"], self.days(one)),
            (words["approved"], self.day(one.approved_at.astimezone(self.zone).date()) if one.approved_at else ""),
        )
        return [(name, value) for name, value in told if value]

    def write_line(self, line: SettlementLine) -> list[str]:
        revenue = line.electricity + line.service + line.discounts + line.commission
        site = line.site_name or line.site_id or self.words["all"]
        if (line.since, line.until) != (self.settlement.since, self.settlement.until):
            site += f"\n{self.days(line)}"
        energy = write_decimal(Decimal(line.energy_wh).scaleb(-3), self.language, decimals=3)
        amounts = (
            revenue, line.from_electricity, line.from_service, line.from_commission,
            line.for_sessions + line.for_energy, line.amount, line.tax,
        )  # fmt: skip
        return [site, str(line.sessions), energy, *(self.money(amount) for amount in amounts)]

    def list_sums(self) -> list[tuple[str, str]]:
        one, words = self.settlement, self.words
        sums = [(words["sum"], self.money(one.amount)), (words["tax"], self.money(one.tax))]
        if one.carried:
            sums.append((words["carried"], self.money(one.carried)))
        return [*sums, (words["payable"], f"{self.money(one.payable)} {one.currency}")]


def write_statement(settlement: SettlementDetail, payee: Payee, *, author: str, paper: Paper, language: str) -> bytes:
    """Write a settlement as PDF."""
    statement = _Statement(settlement, payee, language)
    words = statement.words
    names: Sequence[str] = (
        "sessions", "energy", "revenue", "electricity", "service", "commission", "fixed", "amount", "tax"
    )  # fmt: skip
    columns = [Column(name=words["site"], weight=2.4, is_number=False), *(Column(name=words[name]) for name in names)]
    content = TablePaper(
        title=f"{words['title']} {settlement.reference}",
        author=author,
        subtitle=words["draft"] if settlement.state == "draft" else "",
        facts=statement.list_facts(),
        columns=columns,
        rows=[statement.write_line(line) for line in settlement.lines],
        sums=statement.list_sums(),
        foot=f"{settlement.reference} · {words['page']}",
    )
    return write_table(content, paper=paper)
