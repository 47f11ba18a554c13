import pytest

from busbar.api.permissions import (
    PERMISSIONS,
    WHOLE_OPERATOR,
    Permission,
    PermissionDeniedError,
    SiteScopeError,
    demand,
    demand_site,
    permits,
)
from busbar.canon.tenants import Principal, Role
from busbar.kernel.ids import OperatorId, SiteId


def make(role, *, sites=(), is_platform=False):
    return Principal(
        operator_id=OperatorId("o"), role=role, site_ids=tuple(map(SiteId, sites)), is_platform=is_platform
    )


def test_every_role_may_what_the_role_below_it_may():
    for above, below in zip(list(Role), list(Role)[1:], strict=False):
        assert PERMISSIONS[above] > PERMISSIONS[below]


def test_a_viewer_changes_nothing():
    assert PERMISSIONS[Role.VIEWER] == {Permission.LOOK, Permission.READ, Permission.READ_MONEY}


@pytest.mark.parametrize("role", list(Role))
def test_operators_are_managed_by_administrators_of_the_platform_alone(role):
    assert not permits(make(role), Permission.MANAGE_OPERATORS)
    assert permits(make(role, is_platform=True), Permission.MANAGE_OPERATORS) is (role is Role.ADMIN)


@pytest.mark.parametrize("role", list(Role))
def test_the_installation_is_watched_by_the_platform_and_repaired_by_its_administrators(role):
    assert not permits(make(role), Permission.WATCH)
    assert not permits(make(role), Permission.OPERATE)
    assert permits(make(role, is_platform=True), Permission.WATCH)
    assert permits(make(role, is_platform=True), Permission.OPERATE) is (role is Role.ADMIN)


PLATFORM = {Permission.MANAGE_OPERATORS, Permission.WATCH, Permission.OPERATE}


@pytest.mark.parametrize("permission", sorted(WHOLE_OPERATOR - PLATFORM))
def test_what_belongs_to_no_site_is_not_for_who_is_bound_to_some(permission):
    demand(make(Role.ADMIN), permission)
    with pytest.raises(SiteScopeError):
        demand(make(Role.ADMIN, sites=["s"]), permission)


def test_a_missing_right_is_named():
    with pytest.raises(PermissionDeniedError) as refused:
        demand(make(Role.VIEWER), Permission.CONTROL)
    assert refused.value.facts == {"permission": "control"}


def test_a_site_beyond_the_scope_is_refused():
    demand_site(make(Role.MANAGER), None)
    demand_site(make(Role.MANAGER, sites=["s"]), "s")
    for site_id in ("t", None):
        with pytest.raises(SiteScopeError):
            demand_site(make(Role.MANAGER, sites=["s"]), site_id)
