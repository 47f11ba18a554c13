"""Two hundred receipts: what rating bills is what the table says, and what the oracle works out tick by tick."""

import pytest

from tests.unit.rating.receipt_table import ask_oracle, ask_rating, read_receipts, read_tariffs, sum_lines

RECEIPTS = read_receipts()


def test_the_table_is_whole():
    assert len(RECEIPTS) == 200
    assert {receipt.tariff for receipt in RECEIPTS} == set(read_tariffs())


@pytest.mark.parametrize("receipt", RECEIPTS, ids=[f"{index}-{each.tariff}" for index, each in enumerate(RECEIPTS, 4)])
def test_a_receipt(receipt):
    written = sum_lines([line for line in receipt.lines.split("; ") if line != "-"])
    totals = (receipt.net, receipt.tax, receipt.gross)
    assert ask_rating(receipt) == (written, totals)
    assert receipt.net + receipt.tax == receipt.gross


@pytest.mark.parametrize(
    "receipt", RECEIPTS[::4], ids=[f"{index}-{each.tariff}" for index, each in enumerate(RECEIPTS[::4])]
)
def test_the_oracle_agrees(receipt):
    lines, totals = ask_oracle(receipt)
    assert ("; ".join(lines) or "-", totals) == (receipt.lines, (receipt.net, receipt.tax, receipt.gross))
