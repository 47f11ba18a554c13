import msgspec

from busbar.kernel.edits import ITEMS_MAX, PATHS_MAX, VALUE_MAX_CHARS, list_document_edits, list_edits


class Thing(msgspec.Struct):
    name: str
    size: int = 1


def test_fields_that_differ_are_told_with_what_they_were():
    assert list_edits(Thing("a"), Thing("b"), ("name", "size")) == {"name": {"from": "a", "to": "b"}}
    assert list_edits(Thing("a"), Thing("a"), ("name", "size")) == {}


def test_what_is_new_was_nothing_before():
    assert list_edits(None, Thing("a"), ("name",)) == {"name": {"from": None, "to": "a"}}


def test_long_lists_are_cut():
    found = list_edits(Thing(()), Thing(tuple(range(50))), ("name",))
    assert found["name"]["from"] == ()
    assert found["name"]["to"] == [*range(ITEMS_MAX), f"… {50 - ITEMS_MAX}"]


def test_places_of_a_document_are_told_by_their_path():
    before = {"currency": "EUR", "elements": [{"price": "0.5"}, {"price": "1"}], "gone": {"a": 1}}
    after = {"currency": "EUR", "elements": [{"price": "0.6"}, {"price": "1"}, {"price": "2"}], "new": []}
    assert list_document_edits(before, after) == {
        "elements.0.price": {"from": "0.5", "to": "0.6"},
        "elements.2.price": {"from": None, "to": "2"},
        "gone.a": {"from": 1, "to": None},
        "new": {"from": None, "to": []},
    }


def test_what_was_one_thing_and_is_another_is_told_place_by_place():
    assert list_document_edits({"a": 1}, {"a": {"b": 2}}) == {"a.b": {"from": None, "to": 2}}
    assert list_document_edits({"a": [1]}, {"a": None}) == {"a.0": {"from": 1, "to": None}}


def test_long_values_are_cut_and_many_places_counted():
    found = list_document_edits({}, {f"k{number:03}": "x" * 500 for number in range(100)})
    assert len(found) == PATHS_MAX + 1
    assert found["…"] == {"from": None, "to": 100 - PATHS_MAX}
    assert len(found["k000"]["to"]) == VALUE_MAX_CHARS
