"""The sample that shows how an operator's documents look."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from busbar.canon.invoicing import TaxRule
from busbar.canon.pricing import LineKind
from busbar.views.paper.pdf import Paper, Place, write_pdf
from busbar.views.paper.sample import find_percent, make_sample
from tests.unit.domain.invoicing.making import PROFILE

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_sample_adds_up_and_follows_the_profile():
    sample = make_sample(PROFILE, currency="EUR", now=NOW)
    assert sum(line.gross for line in sample.lines) == sample.totals.gross == 1481
    assert sample.totals.net + sample.totals.tax == sample.totals.gross
    assert sample.reference.startswith(PROFILE.invoice_prefix)
    assert (sample.seller, sample.language) == (PROFILE.seller, PROFILE.language)
    content = write_pdf(sample, place=Place(), paper=Paper(color=PROFILE.color, logo_png="", footer=""))
    assert content.startswith(b"%PDF")


def test_the_tax_is_that_of_energy():
    rules = (TaxRule(percent=Decimal(19)), TaxRule(kind=LineKind.ENERGY, percent=Decimal(7)))
    assert find_percent(msgspec.structs.replace(PROFILE, tax_rules=rules)) == 7
    assert find_percent(msgspec.structs.replace(PROFILE, tax_rules=rules[:1])) == 19
    assert find_percent(msgspec.structs.replace(PROFILE, tax_rules=())) == 22
    free = msgspec.structs.replace(PROFILE, tax_rules=(TaxRule(percent=Decimal(0)),))
    assert make_sample(free, currency="EUR", now=NOW).totals.tax == 0
