"""One-time codes, by the examples of the standards."""

import pytest

from busbar.kernel import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at_s", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_examples_of_rfc_6238(at_s, code):
    assert totp.make_code(SECRET, at_s // 30) == code
    assert totp.find_step(SECRET, code, now_s=at_s, last_step=-1) == at_s // 30


def test_a_code_of_the_next_or_last_step_is_taken_but_never_twice():
    code = totp.make_code(SECRET, 100)
    for step in (99, 100, 101):
        assert totp.find_step(SECRET, f"{code[:3]} {code[3:]}", now_s=step * 30, last_step=99) == 100
    assert totp.find_step(SECRET, code, now_s=100 * 30, last_step=100) is None
    for step in (98, 102):
        assert totp.find_step(SECRET, code, now_s=step * 30, last_step=0) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_what_is_no_code(code):
    assert totp.find_step(SECRET, code, now_s=59, last_step=-1) is None


def test_what_an_app_reads():
    assert totp.read_secret(totp.write_secret(SECRET)) == SECRET
    assert totp.write_address(SECRET, account="a b@c.example", issuer="Bus bar") == (
        "otpauth://totp/Bus%20bar:a%20b%40c.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Bus%20bar"
    )
