import pytest

from busbar.kernel.iban import is_bic, is_iban, read_iban

# published examples of the IBAN registry, beside which nothing moves any money
RIGHT = [
    "DE89370400440532013000", "IT60X0542811101000000123456", "FR1420041010050500013M02606", "NO9386011117947",
    "GB29NWBK60161331926819", "NL91ABNA0417164300", "MT84MALT011000012345MTLCAST001S", "CH9300762011623852957",
    "ES9121000418450200051332", "AT611904300234573201",
]  # fmt: skip


@pytest.mark.parametrize("iban", RIGHT)
def test_examples_of_the_registry_are_right(iban):
    assert is_iban(iban)


@pytest.mark.parametrize("iban", RIGHT)
def test_one_wrong_sign_is_found(iban):
    for place in (2, 5, len(iban) - 1):
        other = "1" if iban[place] != "1" else "2"
        assert not is_iban(iban[:place] + other + iban[place + 1 :])
    assert not is_iban(iban[:-1])
    assert not is_iban(iban + "0")


def test_two_signs_that_changed_places_are_found():
    assert not is_iban("DE89370400440532031000")


def test_blanks_and_small_letters_are_as_people_write_them():
    assert read_iban(" de89 3704 0044 0532 0130 00 ") == "DE89370400440532013000"
    assert not is_iban("DE89 3704 0044 0532 0130 00")


@pytest.mark.parametrize(
    ("bic", "is_right"), [("DEUTDEFF", True), ("DEUTDEFF500", True), ("DEUTDEF", False), ("", False)]
)
def test_a_bic_has_eight_or_eleven_signs(bic, is_right):
    assert is_bic(bic) is is_right
