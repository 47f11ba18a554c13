import pytest

from busbar.wire.wechatpay.bill import BillError, BillLine, read_bill, write_bill

LINES = [
    BillLine(
        at="2026-03-01 10:00:00", transaction_id="4200", out_trade_no="p1", amount_minor=5000, fee_minor=30
    ),
    BillLine(
        at="2026-03-01 12:00:00", transaction_id="4200", out_trade_no="p1", amount_minor=-1250, fee_minor=0,
        refund_id="5000", out_refund_no="r1",
    ),
]  # fmt: skip


def test_a_bill_comes_back_as_it_was_written():
    read = read_bill(write_bill(LINES, mchid="16", appid="wx"))
    assert read == LINES
    assert [line.is_refund for line in read] == [False, True]


def test_small_costs_are_cut_to_fen():
    body = write_bill(LINES[:1], mchid="16", appid="wx").replace(b"`0.30", b"`0.30129")
    assert read_bill(body)[0].fee_minor == 30


def test_what_is_no_bill_is_refused():
    for body in (b"\xff\xfe", b"a,b\n1,2\n", write_bill(LINES, mchid="16", appid="wx").replace(b"50.00", b"x")):
        with pytest.raises(BillError):
            read_bill(body)
    assert read_bill(b"") == []
