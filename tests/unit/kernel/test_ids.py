import pytest

from busbar.kernel.ids import is_key


@pytest.mark.parametrize("text", ["01a1fbb9fb24", "A_b-1", "x" * 64])
def test_keys_are_recognised(text):
    assert is_key(text)


@pytest.mark.parametrize("text", ["", "x" * 65, "a b", "a\u0000", "\ud800", "é", "../a", "a\n"])
def test_other_texts_are_no_keys(text):
    assert not is_key(text)
