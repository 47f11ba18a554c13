import pytest

from busbar.wire.alipay.bill import BillError, BillLine, read_bill, write_bill

LINES = [
    BillLine(
        trade_no="2026030122001", out_trade_no="p1", is_refund=False, done_at="2026-03-01 10:00:00",
        amount_minor=5000, fee_minor=-30,
    ),
    BillLine(
        trade_no="2026030122001", out_trade_no="p1", is_refund=True, done_at="2026-03-01 12:00:00",
        amount_minor=-1250, fee_minor=0, out_request_no="r1",
    ),
]  # fmt: skip


def test_a_bill_comes_back_as_it_was_written():
    assert read_bill(write_bill(LINES, seller_id="2088")) == LINES


def test_a_bill_without_lines_is_empty():
    assert read_bill(write_bill([], seller_id="2088")) == []
    assert read_bill(b"") == []


def test_what_is_no_bill_is_refused():
    for body in (b"\xff", b"a,b\n1,2\n"):
        with pytest.raises(BillError):
            read_bill(body)
