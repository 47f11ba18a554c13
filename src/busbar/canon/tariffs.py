"""Tariffs: drafts, published versions, and what they are assigned to. What a tariff says is rating's business."""

from datetime import datetime
from enum import StrEnum

from busbar.canon.message import Command, Fact, Noun
from busbar.kernel.ids import AssignmentId, DriverId, OperatorId, StationId, TariffId


class Scope(StrEnum):
    """What a tariff may be assigned to, the narrowest first: of several that fit, the first one here rules."""

    DRIVER = "driver"
    GROUP = "group"
    """A group of tokens and drivers: a fleet's cards, the staff."""
    COMPANY = "company"
    """The drivers who charge at a company's expense."""
    PLAN = "plan"
    """The drivers who have joined a membership plan."""
    PARTNER = "partner"
    """The drivers of a roaming partner: sessions with its tokens."""
    CONNECTOR = "connector"
    STATION = "station"
    SITE = "site"
    OPERATOR = "operator"
    """Everything else: the operator's default."""


class Tariff(Noun, frozen=True, kw_only=True):
    """A tariff as it is kept: a draft that may be changed, and versions that may not."""

    tariff_id: TariffId
    operator_id: OperatorId
    name: str
    currency: str
    draft_json: str
    """What the next version would say."""
    version: int = 0
    """Of the newest published version; 0: none yet."""
    created_at: datetime
    changed_at: datetime
    retired_at: datetime | None = None


class TariffVersion(Noun, frozen=True, kw_only=True):
    """What a tariff said from an instant on. Never changed."""

    tariff_id: TariffId
    operator_id: OperatorId
    version: int
    name: str
    currency: str
    content_json: str
    valid_from: datetime
    published_at: datetime
    published_by: str


class Assignment(Noun, frozen=True, kw_only=True):
    """A tariff is that of a thing, or of people, for a time."""

    assignment_id: AssignmentId
    operator_id: OperatorId
    tariff_id: TariffId
    scope: Scope
    subject: str
    """Which one: the id of a driver, company, plan, partner, station or site, a group's value,
    `station/evse/connector`.

    Empty for the whole operator.
    """
    valid_from: datetime
    valid_until: datetime | None = None
    created_at: datetime
    created_by: str


class CreateTariff(Command[Tariff], frozen=True, kw_only=True):
    """Write a new draft.

    Errors: `invalid.name`, `invalid.tariff` (facts `path`, `problem`), `conflict.tariff_name`,
    `limit_exceeded.tariffs`.
    """

    operator_id: OperatorId
    actor: str
    name: str
    content_json: str


class EditTariff(Command[Tariff], frozen=True, kw_only=True):
    """Change a draft; versions that were published stay as they are. A repeat changes nothing.

    Errors: `not_found.tariff`, `invalid.name`, `invalid.tariff` (facts `path`, `problem`), `invalid.tariff_currency`
    (it is that of the first version for good), `conflict.tariff_name`, `conflict.tariff_retired`.
    """

    operator_id: OperatorId
    actor: str
    tariff_id: TariffId
    name: str
    content_json: str


class PublishTariff(Command[TariffVersion], frozen=True, kw_only=True):
    """Make the draft the next version, valid from an instant that is not past; None: from now on.

    What is published says already what the draft says: that version is answered, and nothing happens.

    Errors: `not_found.tariff`, `invalid.tariff_valid_from`, `conflict.tariff_retired`,
    `limit_exceeded.tariff_versions`.
    """

    operator_id: OperatorId
    actor: str
    tariff_id: TariffId
    valid_from: datetime | None = None


class RetireTariff(Command[Tariff], frozen=True, kw_only=True):
    """Let no session begin with a tariff any more; those that run keep it. A repeat changes nothing.

    Errors: `not_found.tariff`, `conflict.tariff_assigned` (fact `assignments`).
    """

    operator_id: OperatorId
    actor: str
    tariff_id: TariffId


class AssignTariff(Command[Assignment], frozen=True, kw_only=True):
    """Let a tariff be that of a thing or of people. Of several for the same one, that which began last rules.

    Errors: `not_found.tariff`, `invalid.assignment` (the subject does not fit its scope, or it ends before it begins),
    `conflict.tariff_unpublished`, `conflict.tariff_retired`, `limit_exceeded.assignments`.
    """

    operator_id: OperatorId
    actor: str
    tariff_id: TariffId
    scope: Scope
    subject: str = ""
    valid_from: datetime | None = None
    """None: from now on."""
    valid_until: datetime | None = None


class UnassignTariff(Command[Assignment], frozen=True, kw_only=True):
    """End an assignment now; one that has not begun never will. A repeat changes nothing.

    Errors: `not_found.assignment`.
    """

    operator_id: OperatorId
    actor: str
    assignment_id: AssignmentId


class FindTariff(Command[Tariff], frozen=True, kw_only=True):
    """Look a tariff up. Errors: `not_found.tariff`."""

    operator_id: OperatorId
    tariff_id: TariffId


class ResolveTariff(Command[TariffVersion], frozen=True, kw_only=True):
    """The version that a session would have which begins then and there.

    Errors: `not_found.tariff_there` (nothing is assigned).
    """

    operator_id: OperatorId
    at: datetime
    site_id: str | None = None
    station_id: StationId
    evse_id: int | None = None
    connector_id: int | None = None
    driver_id: DriverId | None = None
    group: str | None = None
    partner: str | None = None


class PlaceToPrice(Noun, frozen=True, kw_only=True):
    """A connector whose tariff is asked for."""

    site_id: str | None = None
    station_id: StationId
    evse_id: int
    connector_id: int


class ResolvedTariffs(Noun, frozen=True, kw_only=True):
    """The tariffs of many places: each version once."""

    versions: tuple[TariffVersion, ...] = ()
    chosen: tuple[int, ...] = ()
    """For each place its version's number in `versions`, or -1: nothing is assigned, charging is free."""


class ResolveTariffs(Command[ResolvedTariffs], frozen=True, kw_only=True):
    """The versions that sessions would have which begin then at many places. Errors: `limit_exceeded.places`."""

    operator_id: OperatorId
    at: datetime
    places: tuple[PlaceToPrice, ...]
    driver_id: DriverId | None = None


class TariffChanged(Fact, frozen=True, kw_only=True):
    """A tariff was written, published, retired, assigned or unassigned."""

    tariff_id: TariffId
    version: int
