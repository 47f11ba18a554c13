import pytest

from busbar.wire.stripe.form import FormError, decode_form, encode_form, read_group, read_text


def test_nested_fields_go_out_and_come_back():
    fields = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": {"currency": "eur", "unit_amount": 2500}}],
        "metadata": {"payment_id": "p1"},
        "off_session": True,
        "customer": None,
    }
    text = encode_form(fields)
    assert "customer" not in text
    tree = decode_form(text)
    assert read_text(tree, "line_items", "0", "price_data", "unit_amount") == "2500"
    assert read_text(tree, "off_session") == "true"
    assert read_group(tree, "metadata") == {"payment_id": "p1"}
    assert read_text(tree, "metadata") is None
    assert read_text(tree, "nothing", "there") is None
    assert read_group(tree, "mode") == {}


@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"a[b=1", b"[a]=1", b"a=1&a[b]=2", b"a[b]=2&a=1", b"a" + b"[b]" * 9 + b"=1", b"nothing"]
)
def test_a_form_that_cannot_be_read_is_refused(body):
    with pytest.raises(FormError):
        decode_form(body)


def test_too_many_fields_are_refused():
    with pytest.raises(FormError):
        decode_form("&".join(f"f{number}=1" for number in range(501)))


def test_an_empty_form_is_empty():
    assert decode_form(b"") == {}
