import msgspec
import pytest

from busbar.canon.tenants import Principal, RecordAudit, Role


def test_roles_are_ordered():
    ranked = [Role.ADMIN, Role.MANAGER, Role.SUPPORT, Role.VIEWER]
    for place, role in enumerate(ranked):
        assert [role.covers(other) for other in ranked] == [place <= at for at in range(4)]


def test_a_principal_sees_its_own_operator_and_sites():
    mine = Principal(operator_id="one", role=Role.VIEWER, staff_id="s", site_ids=("a",))
    assert (mine.may_see_operator("one"), mine.may_see_operator("two")) == (True, False)
    assert [mine.may_see_site(site_id) for site_id in ("a", "b", None)] == [True, False, False]
    platform = Principal(operator_id="one", role=Role.VIEWER, api_key_id="k", is_platform=True)
    assert platform.may_see_operator("two")
    assert platform.may_see_site(None)


@pytest.mark.parametrize(("given", "name"), [({"staff_id": "s"}, "staff:s"), ({"api_key_id": "k"}, "key:k")])
def test_a_principal_has_a_name_for_the_audit_log(given, name):
    assert Principal(operator_id="one", role=Role.VIEWER, **given).name == name


def test_an_audit_note_of_the_version_before_keeps_its_detail():
    told = {"message": "RecordAudit/1", "operator_id": "one", "actor": "staff:s", "action": "station.reset",
            "subject": "station:A", "detail_json": '{"kind":"soft"}'}  # fmt: skip
    note = msgspec.json.decode(msgspec.json.encode(told), type=RecordAudit)
    assert (note.detail_json, note.detail) == ('{"kind":"soft"}', {})
