import pytest

from busbar.kernel.bounded import BoundedDict, LatestDict


def test_the_oldest_entry_makes_room_for_a_new_key():
    cache: BoundedDict[str, int] = BoundedDict(bound=2)
    cache["a"] = 1
    cache["b"] = 2
    cache["a"] = 3
    assert cache == {"a": 3, "b": 2}
    cache["c"] = 4
    assert cache == {"b": 2, "c": 4}


def test_a_bound_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        BoundedDict(bound=0)


def test_what_was_written_longest_ago_makes_room():
    cache: LatestDict[str, int] = LatestDict(bound=2)
    cache["a"] = 1
    cache["b"] = 2
    cache["a"] = 3
    cache["c"] = 4
    assert cache == {"a": 3, "c": 4}
