"""What a saved view may hold, and who may change it."""

from datetime import UTC, datetime

import pytest

from busbar.canon.workbench import ListName, SavedView
from busbar.domain.workbench import model

VIEW = SavedView(
    view_id="v", operator_id="op", owner="staff:1", list_name=ListName.STATIONS, name="Mine", query="state=offline",
    is_shared=False, changed_at=datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip
SHARED = SavedView(**{name: getattr(VIEW, name) for name in VIEW.__struct_fields__} | {"is_shared": True})


def test_a_name_is_short_and_printable():
    assert model.read_name("  Night   shift ") == "Night shift"
    for name in ("", "  ", "x" * 61, "a\x00b"):
        with pytest.raises(model.ViewError):
            model.read_name(name)


def test_filters_are_the_end_of_an_address():
    assert model.read_query("?state=offline&q=a%20b") == "state=offline&q=a%20b"
    assert model.read_query("") == ""
    for query in ("a b", "a#b", "<script>", "é", "x" * 1501):
        with pytest.raises(model.ViewError):
            model.read_query(query)


def test_a_view_is_changed_by_its_owner_and_a_shared_one_by_who_manages_the_network():
    assert model.check_change(VIEW, actor="staff:1", may_change_shared=False) is VIEW
    assert model.check_change(SHARED, actor="staff:2", may_change_shared=True) is SHARED
    with pytest.raises(model.ViewNotFoundError):
        model.check_change(None, actor="staff:1", may_change_shared=True)
    with pytest.raises(model.ViewNotFoundError):
        model.check_change(VIEW, actor="staff:2", may_change_shared=True)
    with pytest.raises(model.ViewDeniedError):
        model.check_change(SHARED, actor="staff:2", may_change_shared=False)
