"""Reports on paper say what the table says."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from busbar.views.paper.printing import Paper
from busbar.views.paper.reporting import WORDS, write_report
from busbar.views.reports import GroupBy, ReportQuery, name_subject
from busbar.views.shapes.documents import MoneyTotals
from busbar.views.shapes.reports import Report, ReportRow


def row(name, **changes):
    values = {
        "key": name, "name": name, "currency": "EUR", "sessions": 12, "energy_wh": 345_678,
        "totals": MoneyTotals(net=123_456, tax=27_160, gross=150_616), "electricity_cost": 50_000,
        "margin": 73_456, "costed_wh": 345_678,
    }  # fmt: skip
    return ReportRow(**{**values, **changes})


def read(language, rows, **asked):
    query = ReportQuery(
        since=datetime(2026, 2, 28, 23, tzinfo=UTC), until=datetime(2026, 3, 31, 22, tzinfo=UTC), **asked
    )
    has_cost = query.electricity_price is not None
    report = Report(rows=rows, sums=[row("", **({} if has_cost else {"electricity_cost": None, "margin": None}))])
    content = write_report(
        report, name_subject(query, report), author="Busbar Milano", zone="Europe/Rome",
        paper=Paper(), language=language,
    )  # fmt: skip
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize(
    ("language", "net", "days"),
    [
        ("en", "1,234.56", "01 Mar 2026 - 31 Mar 2026"),
        ("it", "1.234,56", "01/03/2026 - 31/03/2026"),
        ("zh", "1,234.56", "2026-03-01 - 2026-03-31"),
    ],
)
def test_a_report_is_written_in_three_languages(language, net, days):
    text = read(language, [row("North"), row("South")], electricity_price="0.2")
    for word in ("North", "South", net, days, "734"):
        assert word in text
    if language != "zh":
        assert WORDS[language]["sum"] in text


def test_without_a_price_of_electricity_there_is_no_cost():
    text = read("en", [row("", electricity_cost=None, margin=None)])
    assert WORDS["en"]["cost"] not in text
    assert WORDS["en"]["none"] in text


def test_every_language_has_every_word_and_every_group():
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}
    assert {group.value for group in GroupBy} <= set(WORDS["en"])
