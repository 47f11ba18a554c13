"""Configuration templates: how an operator wants stations to be set."""

from enum import StrEnum

from busbar.canon.control import VariableValue
from busbar.canon.message import Command
from busbar.kernel.ids import OperatorId, SiteId, StationId, TemplateId


class Dialect(StrEnum):
    """How settings are named."""

    KEYS = "1.6"
    """By configuration keys."""
    VARIABLES = "2.x"
    """By components and variables."""


class SaveConfigurationTemplate(Command[TemplateId], frozen=True, kw_only=True):
    """Keep settings under a name, or change those that are kept.

    Errors: `not_found.configuration_template`, `invalid.configuration` (fact `reason`), `conflict.configuration_name`,
    `limit_exceeded.configuration_templates`, `not_found.site`.
    """

    operator_id: OperatorId
    actor: str
    template_id: TemplateId | None = None
    name: str
    dialect: Dialect
    vendor: str | None = None
    """Only stations of this vendor inherit it; None: of any."""
    model: str | None = None
    site_id: SiteId | None = None
    settings: tuple[VariableValue, ...]


class DeleteConfigurationTemplate(Command[None], frozen=True, kw_only=True):
    """Forget a template, also at stations that it was given. Errors: `not_found.configuration_template`."""

    operator_id: OperatorId
    actor: str
    template_id: TemplateId


class AssignConfigurationTemplate(Command[None], frozen=True, kw_only=True):
    """Give a station a template of its own; None: the one that it inherits.

    Errors: `not_found.station`, `not_found.configuration_template`.
    """

    operator_id: OperatorId
    actor: str
    station_id: StationId
    template_id: TemplateId | None
