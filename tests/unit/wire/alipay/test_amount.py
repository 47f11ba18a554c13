import pytest

from busbar.wire.alipay.amount import AmountError, read_yuan, write_yuan


@pytest.mark.parametrize(
    ("text", "fen"), [("0.01", 1), ("25.00", 2500), ("88", 8800), ("0.5", 50), ("-3.20", -320), (" 1.10 ", 110)]
)
def test_yuan_are_read_exactly(text, fen):
    assert read_yuan(text) == fen
    assert read_yuan(write_yuan(fen)) == fen


@pytest.mark.parametrize("text", ["", "1.234", "1e3", "1,00", "--1", "\uff11", "999999999999.00"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(AmountError):
        read_yuan(text)
