"""Writes the letters of reports: the report is made when its letter is sent."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from busbar.app.letters import Draft
from busbar.canon.mail import Letter
from busbar.canon.reporting import ReportFormat, ReportWish
from busbar.canon.tenants import Operator
from busbar.db.engine import Databases
from busbar.domain.mail.texts import choose_language
from busbar.ports.mailer import Attachment
from busbar.rating.lines import count_digits
from busbar.rating.totals import to_major
from busbar.views import documents, reports
from busbar.views.paper.reporting import WORDS, write_report
from busbar.views.paper.sheets import write_csv, write_xlsx
from busbar.views.paper.words import write_decimal
from busbar.views.scope import Scope
from busbar.views.shapes.reports import Report

MEDIA = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ReportFormat.CSV: "text/csv",
}
_DAY_FORMS = {"it": "%d/%m/%Y", "zh": "%Y-%m-%d", "en": "%d %b %Y"}


class ReportLetters:
    """Writes letters of `LetterKind.REPORT`."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def write(self, letter: Letter, operator: Operator) -> Draft:
        """Make the report that a letter is about. Errors: `limit_exceeded.report`."""
        wish = msgspec.json.decode(letter.detail_json, type=ReportWish)
        query = reports.ReportQuery(
            group_by=wish.group_by,
            since=wish.since,
            until=wish.until,
            site_id=wish.site_id,
            tariff_id=wish.tariff_id,
            customer_group=wish.customer_group,
            electricity_price=wish.electricity_price,
        )
        scope = Scope(operator_id=letter.operator_id)
        async with self._databases.read() as connection:
            report = await reports.make_report(connection, scope, query)
            paper = await documents.read_paper(connection, scope)

        def write_as(form: ReportFormat) -> bytes:
            if form is ReportFormat.CSV:
                return write_csv(reports.HEAD, reports.list_cells(report))
            if form is ReportFormat.XLSX:
                return write_xlsx(reports.HEAD, reports.list_cells(report), title=wish.group_by)
            return write_report(
                report,
                reports.name_subject(query, report),
                author=operator.name,
                zone=operator.zone,
                paper=paper,
                language=letter.language,
            )

        first = wish.since.astimezone(ZoneInfo(operator.zone))
        name = f"revenue-{first:%Y%m%d}-by-{wish.group_by}"
        attachments = tuple(
            Attachment(name=f"{name}.{form}", media=MEDIA[form], content=write_as(form)) for form in wish.formats
        )
        values = {
            "title": wish.name,
            "period": say_period(wish.since, wish.until, zone=operator.zone, language=letter.language),
            "summary": say_sums(report, language=letter.language),
        }
        return Draft(values=values, attachments=attachments)


def say_period(since: datetime, until: datetime, *, zone: str, language: str) -> str:
    """Write whole local days as people of a language do: one day, or the first and the last."""
    form = _DAY_FORMS[choose_language(language)]
    place = ZoneInfo(zone)
    first = since.astimezone(place).strftime(form)
    last = (until - timedelta(microseconds=1)).astimezone(place).strftime(form)
    return first if first == last else f"{first} - {last}"


def say_sums(report: Report, *, language: str) -> str:
    """Say what a report comes to, a clause for each currency."""
    spoken = choose_language(language)
    words = WORDS[spoken]
    clauses: list[str] = []
    for row in report.sums:
        energy = write_decimal(Decimal(row.energy_wh).scaleb(-3), spoken, decimals=1)
        gross = write_decimal(to_major(row.totals.gross, row.currency), spoken, decimals=count_digits(row.currency))
        clauses.append(
            f"{words['sessions']}: {row.sessions} · {words['energy']}: {energy} · {words['gross']}: {gross} "
            f"{row.currency}"
        )
    return "; ".join(clauses)
