import pytest

from busbar.kernel.errors import InvalidError
from busbar.kernel.person import (
    fold_email,
    normalise_password,
    read_email,
    read_language,
    read_name,
    read_new_password,
    read_trace,
    recall_email,
)


def test_an_address_is_trimmed_and_looked_up_without_case():
    assert read_email("  Mara@Example.org ") == "Mara@Example.org"
    assert fold_email("Mara@Example.ORG") == fold_email("mara@example.org")
    assert read_email("admin@localhost") == "admin@localhost"


@pytest.mark.parametrize(
    "text", ["", "@", "a@", "@b", "a b@c.d", "a@b@c", "a\u0000@b.c", "a@b\u202e.c", "x" * 65 + "@a.b", "a@" + "b" * 254]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(InvalidError) as caught:
        read_email(text)
    assert caught.value.code == "invalid.email"


def test_names_are_one_line_of_bounded_length():
    assert read_name("  Mara \t Lind ") == "Mara Lind"
    assert read_name("e\u0301") == "é"
    for text in ("", "   ", "x" * 101, "x" * 100_000, "a\u0007b"):
        with pytest.raises(InvalidError) as caught:
            read_name(text, field="display_name")
        assert (caught.value.code, caught.value.facts) == ("invalid.name", {"field": "display_name"})


@pytest.mark.parametrize("text", ["en", "zh", "en-GB", "zh-Hans-CN"])
def test_language_tags_pass(text):
    assert read_language(text) == text


@pytest.mark.parametrize("text", ["", "e", "english", "en_GB", "en-", "en-a-b-c-d-e", "x" * 300])
def test_other_text_is_no_language(text):
    with pytest.raises(InvalidError) as caught:
        read_language(text)
    assert caught.value.code == "invalid.language"


def test_two_ways_of_typing_a_password_are_one():
    composed, decomposed = "Zug\u00fcber Land", "Zugu\u0308ber Land"
    assert read_new_password(composed, email="a@b.c") == normalise_password(decomposed)


def test_half_characters_stay_apart_and_can_be_encoded():
    halves = {normalise_password(text).encode() for text in ("\ud800secret", "\udfffsecret", "?secret")}
    assert len(halves) == 3


def test_whoever_gives_no_address_is_nobody():
    assert recall_email(" Mara@example.org") == "Mara@example.org"
    assert {recall_email(text) for text in ("", "mara", "a@\ud800", "x" * 10_000)} == {""}


def test_what_machines_send_is_cut_and_printable():
    assert read_trace("Mozilla/5.0 \u0000\ud800(X11)", chars_max=200) == "Mozilla/5.0 (X11)"
    assert read_trace("x" * 1000, chars_max=200) == "x" * 200


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("short 1", "too_short"),
        ("x y z 0" * 40, "too_long"),
        ("Password123", "too_plain"),
        ("aaaabbbbcccc", "too_plain"),
        ("Mara.Lind", "too_plain"),
        ("mara.lind@example.org", "too_plain"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidError) as caught:
        read_new_password(text, email="mara.lind@example.org")
    assert (caught.value.code, caught.value.facts) == ("invalid.password", {"reason": reason})
