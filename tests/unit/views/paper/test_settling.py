"""Statements of settlements: what stands on the paper is what stands in the lines."""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from busbar.views.paper.printing import Paper
from busbar.views.paper.settling import HEAD, WORDS, list_cells, write_statement
from busbar.views.shapes.settlement import Payee, SettlementDetail, SettlementLine

SINCE, UNTIL = datetime(2026, 1, 31, 23, tzinfo=UTC), datetime(2026, 2, 28, 23, tzinfo=UTC)

DAYS = {"first_day": date(2026, 2, 1), "last_day": date(2026, 2, 28)}


def line(**changes):
    values = {
        "agreement_id": "a", "site_id": "north", "site_name": "北站 North", "since": SINCE, "until": UNTIL, **DAYS,
        "sessions": 2, "energy_wh": 20_345, "electricity": 70_100, "service": 400, "discounts": -99, "commission": 5,
        "taxes": 220, "from_electricity": 70_100, "from_service": 100, "from_commission": 0, "for_sessions": 20,
        "for_energy": 51, "amount": 70_271, "tax": 191,
    }  # fmt: skip
    return SettlementLine(**{**values, **changes})


def settlement(**changes):
    values = {
        "settlement_id": "s", "payee_id": "p", "payee_name": "Owner", "reference": "S20260201-00AB", "currency": "EUR",
        "since": SINCE, "until": UNTIL, **DAYS, "period": "month", "state": "draft", "amount": 70_271, "tax": 191,
        "carried": -462, "payable": 70_000, "made_at": UNTIL, "made_by": "staff:x", "approved_at": None,
        "approved_by": None, "transfer_id": None, "payout_id": None, "paid_on": None, "note": "", "taken_by": None,
        "zone": "Europe/Rome", "lines": [line()],
    }  # fmt: skip
    return SettlementDetail(**{**values, **changes})


PAYEE = Payee(
    payee_id="p", kind="site_owner", name="Parcheggi Città", vat_id="IT01234567890", street="Via Roma 1",
    postcode="20100", city="Milano", country="IT", email="", iban="IT60X0542811101000000123456", bic="", account="",
    tax_permille=220, is_active=True, created_at=SINCE, owed=0,
)  # fmt: skip


def read(language, **changes):
    content = write_statement(
        settlement(**changes), PAYEE, author="Busbar Milano", paper=Paper(footer="foot"), language=language
    )
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.mark.parametrize(("language", "payable"), [("en", "700.00 EUR"), ("it", "700,00 EUR"), ("zh", "700.00 EUR")])
def test_a_statement_says_who_gets_what_and_why(language, payable):
    text = read(language)
    for word in ("S20260201-00AB", "Parcheggi Città", "IT60X0542811101000000123456", "20"):
        assert word in text
    assert payable in text
    if language != "zh":
        assert WORDS[language]["draft"] in text


def test_a_line_of_a_part_of_the_period_says_so():
    part = line(until=datetime(2026, 2, 9, 23, tzinfo=UTC), last_day=date(2026, 2, 9))
    text = read("en", lines=[part], approved_at=UNTIL, state="approved")
    assert "01 Feb 2026 - 09 Feb 2026" in text
    assert WORDS["en"]["draft"] not in text
    assert "01 Feb 2026 - 28 Feb 2026" in text


def test_the_table_has_a_column_for_each_name():
    [row] = list_cells(settlement())
    assert len(row) == len(HEAD)
    named = dict(zip(HEAD, map(str, row), strict=True))
    assert (named["from"], named["to"], named["energy_kWh"]) == ("2026-02-01", "2026-02-28", "20.345")
    assert (named["amount"], named["discounts"]) == ("702.71", "-0.99")


def test_every_language_has_every_word():
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}
