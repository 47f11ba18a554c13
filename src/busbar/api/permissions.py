"""The one table of who may do what."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from busbar.canon.tenants import Principal, Role
from busbar.kernel.errors import DeniedError


class Permission(StrEnum):
    """A right that a route asks for."""

    LOOK = "look"
    """See what a screen on a wall shows."""
    READ = "read"
    """See stations, sessions, tokens, drivers, frames."""
    CONTROL = "control"
    """Start and stop sessions, send requests to stations."""
    MANAGE_ACCESS = "manage_access"
    """Change drivers, tokens and groups."""
    MANAGE_NETWORK = "manage_network"
    """Change sites, stations and charging profile templates."""
    MANAGE_PRICES = "manage_prices"
    """Change tariffs, offers and what they are assigned to."""
    READ_MONEY = "read_money"
    """See accounts, wallets, debts and companies."""
    MANAGE_MONEY = "manage_money"
    """Move money by hand, freeze wallets, give up debts, decide how drivers pay."""
    READ_AUDIT = "read_audit"
    MANAGE_STAFF = "manage_staff"
    """Change staff and API keys."""
    MANAGE_WEBHOOKS = "manage_webhooks"
    """See and change webhooks, and what they were told."""
    MANAGE_OPERATORS = "manage_operators"
    """Platform only."""
    WATCH = "watch"
    """See how the installation is. Platform only, whatever the role."""
    OPERATE = "operate"
    """Repair what went wrong inside the installation. Platform only."""


_DISPLAY = frozenset({Permission.LOOK})
_VIEWER = _DISPLAY | {Permission.READ, Permission.READ_MONEY}
_SUPPORT = _VIEWER | {Permission.CONTROL, Permission.MANAGE_ACCESS}
_MANAGER = _SUPPORT | {
    Permission.MANAGE_NETWORK,
    Permission.MANAGE_PRICES,
    Permission.MANAGE_MONEY,
    Permission.READ_AUDIT,
}
_ADMIN = _MANAGER | {Permission.MANAGE_STAFF, Permission.MANAGE_WEBHOOKS}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {Role.DISPLAY: _DISPLAY, Role.VIEWER: _VIEWER, Role.SUPPORT: _SUPPORT, Role.MANAGER: _MANAGER, Role.ADMIN: _ADMIN}
)

WHOLE_OPERATOR = frozenset(
    {
        Permission.MANAGE_ACCESS,
        Permission.MANAGE_PRICES,
        Permission.READ_MONEY,
        Permission.MANAGE_MONEY,
        Permission.READ_AUDIT,
        Permission.MANAGE_STAFF,
        Permission.MANAGE_WEBHOOKS,
        Permission.MANAGE_OPERATORS,
        Permission.WATCH,
        Permission.OPERATE,
    }
)
"""Rights over what belongs to no site: whoever is bound to some sites does not have them."""


class PermissionDeniedError(DeniedError):
    """The role does not include the right."""

    code = "denied.permission"


class EnrolmentError(DeniedError):
    """The operator demands a second factor, and the caller has yet to set one up."""

    code = "denied.enrolment"


class SiteScopeError(DeniedError):
    """The right reaches beyond the sites that the caller is bound to."""

    code = "denied.site_scope"


def permits(principal: Principal, permission: Permission) -> bool:
    """Tell whether a principal's role includes a right, wherever it applies."""
    if permission is Permission.WATCH:
        return principal.is_platform
    if permission in {Permission.MANAGE_OPERATORS, Permission.OPERATE}:
        return principal.is_platform and principal.role is Role.ADMIN
    return permission in PERMISSIONS[principal.role]


def demand(principal: Principal, permission: Permission) -> None:
    """Raise `denied.permission` or `denied.site_scope` unless the principal has the right."""
    if principal.must_enrol:
        raise EnrolmentError("set up a second factor first")
    if not permits(principal, permission):
        raise PermissionDeniedError(f"this needs the right {permission.value}", permission=permission.value)
    if permission in WHOLE_OPERATOR:
        demand_whole_operator(principal)


def demand_whole_operator(principal: Principal) -> None:
    """Raise `denied.site_scope` if the principal is bound to some sites."""
    if principal.site_ids:
        raise SiteScopeError("this concerns the whole operator, and you are bound to some of its sites")


def demand_site(principal: Principal, site_id: str | None) -> None:
    """Raise `denied.site_scope` if the principal is bound to sites and this is none of them."""
    if principal.site_ids and site_id not in principal.site_ids:
        raise SiteScopeError("you are bound to other sites", site_id=site_id)
