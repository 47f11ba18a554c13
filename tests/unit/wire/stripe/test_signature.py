import pytest

from busbar.wire.stripe.signature import SignatureError, sign, verify

BODY, SECRET, AT_S = b'{"id":"evt_1"}', "whsec_one", 1_780_000_000


def test_what_was_signed_is_believed_within_the_tolerance():
    header = sign(BODY, secret=SECRET, at_s=AT_S)
    for now_s in (AT_S - 300, AT_S, AT_S + 300):
        verify(header, BODY, secret=SECRET, now_s=now_s)


def test_one_of_several_signatures_is_enough():
    old, new = sign(BODY, secret="whsec_old", at_s=AT_S), sign(BODY, secret=SECRET, at_s=AT_S)
    verify(f"{old},{new.partition(',')[2]}", BODY, secret=SECRET, now_s=AT_S)


@pytest.mark.parametrize(
    ("header", "now_s"),
    [
        (sign(BODY, secret=SECRET, at_s=AT_S), AT_S + 301),
        (sign(BODY, secret=SECRET, at_s=AT_S), AT_S - 301),
        (sign(BODY, secret="whsec_two", at_s=AT_S), AT_S),
        (sign(BODY + b" ", secret=SECRET, at_s=AT_S), AT_S),
        (sign(BODY, secret=SECRET, at_s=AT_S).replace("v1=", "v0="), AT_S),
        (sign(BODY, secret=SECRET, at_s=AT_S).replace(f"t={AT_S}", f"t={AT_S + 1}"), AT_S),
        ("", AT_S),
        ("t=,v1=abc", AT_S),
        ("t=1,t=2,v1=abc", AT_S),
        (f"t={'9' * 40},v1=abc", AT_S),
        ("t=\u0661,v1=\u00e9", AT_S),
    ],
)
def test_anything_else_is_refused(header, now_s):
    with pytest.raises(SignatureError):
        verify(header, BODY, secret=SECRET, now_s=now_s)
