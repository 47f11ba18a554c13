import pytest

from busbar.views.json_text import DEPTH_MAX, is_deep, read_json


def nest(depth):
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize("text", ["", "nul", "{", '[2,"a"', nest(DEPTH_MAX + 1), "[" * 100_000])
def test_what_cannot_be_shown_as_json_stays_text(text):
    assert read_json(text) == text


def test_the_rest_is_read():
    assert read_json('{"a":[1,{"b":null}]}') == {"a": [1, {"b": None}]}
    assert read_json("[]") == []
    assert isinstance(read_json(nest(DEPTH_MAX - 1)), dict)


def test_depth_counts_lists_and_objects():
    assert not is_deep("text")
    deep: object = 1
    for number in range(DEPTH_MAX + 1):
        deep = [deep] if number % 2 else {"a": deep}
    assert is_deep(deep)
