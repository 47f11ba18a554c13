"""Whose tariff is it? And what a draft, a version and an assignment may be: pure decisions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from busbar.canon.sessions import SessionFact
from busbar.canon.tariffs import Assignment, AssignTariff, Scope, Tariff, TariffVersion
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError
from busbar.kernel.ids import DriverId, OperatorId, SiteId, StationId, TariffId, TokenId, is_key
from busbar.rating.coding import Problem, TariffError
from busbar.rating.tariff import Tariff as Terms

PLACES_MAX = 5_000
"""Connectors whose tariffs are asked for at once."""
TARIFFS_MAX = 1_000
"""Of one operator."""
VERSIONS_MAX = 500
"""Of one tariff."""
ASSIGNMENTS_MAX = 20_000
"""Of one operator, those that are over not counted."""
SUBJECT_MAX_CHARS = 120
_SUBJECT = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_PLACE = re.compile(r"[^/]{1,48}/[1-9][0-9]{0,3}(/[1-9][0-9]{0,3})?")
PAST_TOLERANCE = timedelta(minutes=5)
"""How far back from now a version may begin: clocks differ."""


class TariffNotFoundError(NotFoundError):
    """No such tariff with this operator."""

    code = "not_found.tariff"


class NoTariffError(NotFoundError):
    """No tariff is assigned to this place or these people."""

    code = "not_found.tariff_there"


class PriceNotFoundError(NotFoundError):
    """The session has no price: it has not begun, or no tariff is assigned."""

    code = "not_found.price"


class AssignmentNotFoundError(NotFoundError):
    """No such assignment with this operator."""

    code = "not_found.assignment"


class TariffCurrencyError(InvalidError):
    """A tariff keeps the currency of its first version."""

    code = "invalid.tariff_currency"


class ValidFromError(InvalidError):
    """A version begins now or later, never in the past: what was charged then was promised then."""

    code = "invalid.tariff_valid_from"


class AssignmentError(InvalidError):
    """What is assigned does not fit: the subject is none of this scope, or the end comes before the begin."""

    code = "invalid.assignment"


class TariffNameTakenError(ConflictError):
    """Another tariff of this operator has this name."""

    code = "conflict.tariff_name"


class TariffRetiredError(ConflictError):
    """The tariff is retired."""

    code = "conflict.tariff_retired"


class TariffUnpublishedError(ConflictError):
    """The tariff has no published version yet."""

    code = "conflict.tariff_unpublished"


class TariffAssignedError(ConflictError):
    """The tariff is still assigned."""

    code = "conflict.tariff_assigned"


class TooManyTariffsError(LimitExceededError):
    """The operator has as many tariffs as an operator may have."""

    code = "limit_exceeded.tariffs"


class TooManyPlacesError(LimitExceededError):
    """More places are asked for at once than may be."""

    code = "limit_exceeded.places"


class TooManyVersionsError(LimitExceededError):
    """The tariff has as many versions as a tariff may have."""

    code = "limit_exceeded.tariff_versions"


class TooManyAssignmentsError(LimitExceededError):
    """The operator has as many assignments as an operator may have."""

    code = "limit_exceeded.assignments"


# ---- who and where ---------------------------------------------------------------------------------------------------


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """Who charges where: all that a tariff may depend on."""

    operator_id: OperatorId
    at: datetime
    site_id: SiteId | None = None
    station_id: StationId | None = None
    evse_id: int | None = None
    connector_id: int | None = None
    driver_id: DriverId | None = None
    group: str | None = None
    company_id: str | None = None
    plan_ids: tuple[str, ...] = ()
    token_id: TokenId | None = None
    """What it was begun with: it tells whose driver it is, if a partner's."""
    partner: str | None = None


class Choice(NamedTuple):
    """The tariff that applies, by which assignment."""

    version: TariffVersion
    assignment: Assignment


def describe_circumstances(fact: SessionFact, *, at: datetime, plan_ids: Sequence[str] = ()) -> Circumstances:
    """Return the circumstances of a session."""
    return Circumstances(
        operator_id=fact.operator_id,
        at=at,
        site_id=fact.site_id,
        station_id=fact.station_id,
        evse_id=fact.evse_id,
        connector_id=fact.connector_id,
        driver_id=fact.driver_id,
        group=fact.group,
        token_id=fact.token_id,
        plan_ids=tuple(plan_ids),
    )


def list_subjects(who: Circumstances) -> Iterator[tuple[Scope, str]]:
    """Name what a tariff may be assigned to in these circumstances, the narrowest first."""
    if who.driver_id is not None:
        yield Scope.DRIVER, who.driver_id
    if who.group is not None:
        yield Scope.GROUP, fold_subject(Scope.GROUP, who.group)
    if who.company_id is not None:
        yield Scope.COMPANY, who.company_id
    for plan_id in who.plan_ids:
        yield Scope.PLAN, plan_id
    if who.partner is not None:
        yield Scope.PARTNER, who.partner
    if who.station_id is not None and who.evse_id is not None:
        yield Scope.CONNECTOR, f"{who.station_id}/{who.evse_id}/{who.connector_id or 1}"
        yield Scope.CONNECTOR, f"{who.station_id}/{who.evse_id}"
    if who.station_id is not None:
        yield Scope.STATION, who.station_id
    if who.site_id is not None:
        yield Scope.SITE, who.site_id
    yield Scope.OPERATOR, ""


def fold_subject(scope: Scope, subject: str) -> str:
    """Bring a subject to the form that it is compared in: groups are compared without the case of letters."""
    return subject.casefold() if scope is Scope.GROUP else subject


def read_subject(scope: Scope, subject: str) -> str:
    """Return the subject of an assignment. Errors: `invalid.assignment`."""
    if scope is Scope.OPERATOR:
        if subject:
            raise AssignmentError("the operator's default has no subject", scope=scope.value)
        return ""
    is_right = len(subject) <= SUBJECT_MAX_CHARS and (
        _PLACE.fullmatch(subject)
        if scope is Scope.CONNECTOR
        else is_key(subject)
        if scope in {Scope.DRIVER, Scope.COMPANY, Scope.PLAN, Scope.PARTNER, Scope.SITE}
        else _SUBJECT.fullmatch(subject)
    )
    if not is_right:
        raise AssignmentError("the subject does not fit its scope", scope=scope.value, subject=subject[:64])
    return fold_subject(scope, subject)


# ---- choosing --------------------------------------------------------------------------------------------------------


class Window(msgspec.Struct, frozen=True):
    """From when until when what a version says holds, by its own words (OCPI `start_date_time`, `end_date_time`)."""

    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Tell whether an instant lies within."""
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_until is None or at < self.valid_until
        )


OPEN = Window()
_WINDOW = msgspec.json.Decoder(Window)


class TariffBook(msgspec.Struct, frozen=True, kw_only=True):
    """All tariffs of an operator that sessions may have, in the order in which they are looked through."""

    assignments: Mapping[tuple[Scope, str], tuple[Assignment, ...]]
    """By scope and subject, that which begins last first."""
    versions: Mapping[TariffId, tuple[TariffVersion, ...]]
    """The newest first."""
    retired_at: Mapping[TariffId, datetime]
    windows: Mapping[tuple[TariffId, int], Window] = {}
    """Of the versions that say from when or until when they hold."""
    scopes: frozenset[Scope] = frozenset()
    """To what anything is assigned: of a driver only that is looked up which matters."""


def make_book(
    assignments: Iterable[Assignment], versions: Iterable[TariffVersion], retired_at: Mapping[TariffId, datetime]
) -> TariffBook:
    """Put assignments and versions in order."""
    by_subject: dict[tuple[Scope, str], list[Assignment]] = {}
    for assignment in sorted(assignments, key=lambda each: (each.valid_from, each.created_at, each.assignment_id)):
        by_subject.setdefault((assignment.scope, assignment.subject), []).insert(0, assignment)
    by_tariff: dict[TariffId, list[TariffVersion]] = {}
    versions = sorted(versions, key=lambda each: each.version)
    for version in versions:
        by_tariff.setdefault(version.tariff_id, []).insert(0, version)
    windows = {(each.tariff_id, each.version): _WINDOW.decode(each.content_json) for each in versions}
    return TariffBook(
        windows={key: window for key, window in windows.items() if window != OPEN},
        assignments={key: tuple(held) for key, held in by_subject.items()},
        scopes=frozenset(scope for scope, _subject in by_subject),
        versions={key: tuple(held) for key, held in by_tariff.items()},
        retired_at=retired_at,
    )


def choose(book: TariffBook, who: Circumstances) -> Choice | None:
    """Return the tariff of a session that begins in these circumstances; None: nothing is assigned, so it is free."""
    for key in list_subjects(who):
        for assignment in book.assignments.get(key, ()):
            if not holds_at(assignment, who.at):
                continue
            version = find_version(book, assignment.tariff_id, at=who.at)
            if version is not None:
                return Choice(version, assignment)
    return None


def holds_at(assignment: Assignment, at: datetime) -> bool:
    """Tell whether an assignment holds at an instant."""
    return assignment.valid_from <= at and (assignment.valid_until is None or at < assignment.valid_until)


def find_version(book: TariffBook, tariff_id: TariffId, *, at: datetime) -> TariffVersion | None:
    """Return what a tariff says at an instant to a session that begins then: the newest version that has begun.

    None: it is retired, or says itself that it does not hold then. An older version never comes back.
    """
    retired_at = book.retired_at.get(tariff_id)
    if retired_at is not None and retired_at <= at:
        return None
    begun = next((version for version in book.versions.get(tariff_id, ()) if version.valid_from <= at), None)
    if begun is None or not book.windows.get((tariff_id, begun.version), OPEN).holds_at(at):
        return None
    return begun


# ---- what may be done ------------------------------------------------------------------------------------------------


def check_kind(terms: Terms) -> None:
    """Refuse a tariff that says itself for which sessions it is. Errors: `invalid.tariff`.

    OCPI's `type` tells card payments at the station and a driver's charging preference apart; sessions here carry
    neither. Whom a tariff is for is said by what it is assigned to.
    """
    if terms.kind is not None:
        raise TariffError((Problem("kind", "unsupported", "assign the tariff to those whom it is for instead"),))


def check_valid_from(wish: datetime | None, *, newest: TariffVersion | None, now: datetime) -> datetime:
    """Return when the next version begins. Errors: `invalid.tariff_valid_from`."""
    begins_at = now if wish is None else wish
    if begins_at < now - PAST_TOLERANCE:
        raise ValidFromError("a version begins now or later")
    if newest is not None and begins_at < newest.valid_from:
        raise ValidFromError(
            "the version before begins later: the next one cannot begin sooner", version=newest.version
        )
    return max(begins_at, now) if wish is None else begins_at


def check_usable(tariff: Tariff) -> None:
    """Raise unless sessions may begin with it. Errors: `conflict.tariff_retired`, `conflict.tariff_unpublished`."""
    if tariff.retired_at is not None:
        raise TariffRetiredError("the tariff is retired", tariff_id=tariff.tariff_id)
    if not tariff.version:
        raise TariffUnpublishedError("publish the tariff first", tariff_id=tariff.tariff_id)


def find_same(held: Sequence[Assignment], wish: AssignTariff, *, now: datetime) -> Assignment | None:
    """Return the assignment that says already what is asked for; `held`: those of the same thing that are not over."""
    if wish.valid_from is not None:
        begins_at = max(wish.valid_from, now)
        alike = [each for each in held if each.valid_from in {wish.valid_from, begins_at}]
    else:
        begun = [each for each in held if each.valid_from <= now]
        alike = [max(begun, key=lambda each: (each.valid_from, each.created_at, each.assignment_id))] if begun else []
    matching = [each for each in alike if (each.tariff_id, each.valid_until) == (wish.tariff_id, wish.valid_until)]
    return matching[0] if matching else None


def end_assignment(assignment: Assignment, *, now: datetime) -> Assignment:
    """Let an assignment end now; one that has not begun never does."""
    if assignment.valid_until is not None and assignment.valid_until <= now:
        return assignment
    return msgspec.structs.replace(assignment, valid_until=max(now, assignment.valid_from))
