"""Who comes in over an identity provider, and as what: pure decisions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from busbar.canon.identity import GroupRule, IdentityTerms
from busbar.domain.tenants import model
from busbar.kernel.address import split_address
from busbar.kernel.errors import ConflictError, DeniedError, NotFoundError
from busbar.kernel.person import fold_email, read_name, recall_email
from busbar.ports.identity import ProviderUnfitError

VISIT_LIFE_S = 600
"""How long somebody may take at the provider."""
ISSUER_MAX_CHARS = 300
CLIENT_ID_MAX_CHARS = 255
SECRET_MAX_CHARS = 1000
RULES_MAX = 100
GROUP_MAX_CHARS = 255
GROUPS_MAX = 1000
"""Of one person, that are looked at."""
DOMAINS_MAX = 50
SCOPES_MAX_CHARS = 300
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_CLAIM = re.compile(r"[!-~]{1,100}")
_SCOPES = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")
_VISIBLE = re.compile(r"[!-~]+")


class IdentityProviderNotFoundError(NotFoundError):
    """Nobody signs in over a provider here."""

    code = "not_found.identity_provider"


class EmailDomainTakenError(ConflictError):
    """Addresses of this domain lead to another operator's provider."""

    code = "conflict.email_domain"


class IdentityStateError(DeniedError):
    """The sign-in was begun too long ago, in another browser, or was finished already."""

    code = "denied.identity_state"


class IdentityAnswerError(DeniedError):
    """The provider did not let the person in; the fact `reason` is its own word."""

    code = "denied.identity_answer"


class IdentityPersonError(DeniedError):
    """The provider knows this person, but here nobody lets them in.

    The fact `reason`: no_email, unverified, domain, unknown, group, inactive, platform, linked.
    """

    code = "denied.identity_person"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody, as a provider says."""

    subject: str
    email: str
    """Empty: none."""
    is_verified: bool
    display_name: str
    groups: tuple[str, ...]


def check_terms(terms: IdentityTerms) -> IdentityTerms:
    """Return terms in one form. Errors: `invalid.identity_provider` (fact `field`), `invalid.name`, `invalid.sites`."""
    place = split_address(terms.issuer)
    is_right = {
        "issuer": len(terms.issuer) <= ISSUER_MAX_CHARS
        and _VISIBLE.fullmatch(terms.issuer)
        and place.scheme in {"https", "http"}
        and place.hostname
        and not place.query
        and not place.fragment,
        "client_id": len(terms.client_id) <= CLIENT_ID_MAX_CHARS and _VISIBLE.fullmatch(terms.client_id),
        "scopes": len(terms.scopes) <= SCOPES_MAX_CHARS
        and _SCOPES.fullmatch(terms.scopes)
        and "openid" in terms.scopes.split(" "),
        "email_claim": _CLAIM.fullmatch(terms.email_claim),
        "groups_claim": _CLAIM.fullmatch(terms.groups_claim),
        "rules": len(terms.rules) <= RULES_MAX and all(1 <= len(rule.group) <= GROUP_MAX_CHARS for rule in terms.rules),
        "email_domains": len(terms.email_domains) <= DOMAINS_MAX
        and all(_DOMAIN.fullmatch(domain.lower()) for domain in terms.email_domains),
        "creates_unknown": not terms.creates_unknown or terms.rules or terms.default_role,
    }
    for field, is_field_right in is_right.items():
        if not is_field_right:
            raise ProviderUnfitError(f"the {field.replace('_', ' ')} cannot be used", field=field)
    return msgspec.structs.replace(
        terms,
        name=read_name(terms.name),
        rules=tuple(
            GroupRule(group=rule.group, role=rule.role, site_ids=model.read_sites(rule.site_ids))
            for rule in terms.rules
        ),
        email_domains=tuple(sorted({domain.lower() for domain in terms.email_domains})),
    )


def read_person(claims: Mapping[str, Any], terms: IdentityTerms) -> Person:
    """Return whom proved claims are about."""
    email = claims.get(terms.email_claim)
    name = claims.get("name")
    read = recall_email(email) if isinstance(email, str) else ""
    named: object = claims.get(terms.groups_claim)
    groups = cast("Sequence[object]", named) if isinstance(named, list) else [named]
    return Person(
        subject=str(claims["sub"]),
        email=read,
        is_verified=claims.get("email_verified") in {True, "true"} or terms.trusts_email,
        display_name=_shorten(name if isinstance(name, str) else "") or _shorten(read) or "?",
        groups=tuple(group for group in groups[:GROUPS_MAX] if isinstance(group, str)),
    )


def _shorten(text: str) -> str:
    return " ".join("".join(letter for letter in text if letter.isprintable()).split())[:100]


def check_address(person: Person, terms: IdentityTerms) -> str:
    """Return the address under which somebody unknown so far may be looked for. Errors: `denied.identity_person`."""
    if not person.email:
        raise IdentityPersonError("the provider tells no e-mail address", reason="no_email")
    if not person.is_verified:
        raise IdentityPersonError("the provider has not verified the e-mail address", reason="unverified")
    if terms.email_domains and domain_of(person.email) not in terms.email_domains:
        raise IdentityPersonError("addresses of this domain are not let in", reason="domain")
    return person.email


def domain_of(email: str) -> str:
    """Return the domain of an address."""
    return fold_email(email).rpartition("@")[2]


def choose_rule(person: Person, terms: IdentityTerms) -> GroupRule | None:
    """Return what the provider's groups make of somebody; None: nothing is said. Errors: `denied.identity_person`."""
    for rule in terms.rules:
        if rule.group in person.groups:
            return rule
    if terms.default_role is not None:
        return GroupRule(group="", role=terms.default_role)
    if terms.rules:
        raise IdentityPersonError("none of the person's groups may come in here", reason="group")
    return None
