from datetime import datetime

from busbar.canon.configuration import Dialect
from busbar.canon.control import Outcome
from busbar.domain.stations.configuration_rules import DifferenceKind
from busbar.views.shapes.model import Page, Shape


class SettingName(Shape):
    """Which setting. In OCPP 1.6 only `variable` (the configuration key) is set."""

    variable: str
    variable_instance: str | None
    component: str | None
    component_instance: str | None
    evse_id: int | None
    connector_id: int | None
    attribute: str


class WantedSetting(SettingName):
    """A setting as a template has it."""

    value: str


class ConfigurationTemplate(Shape):
    """How an operator wants stations to be set."""

    template_id: str
    operator_id: str
    name: str
    dialect: Dialect
    """`1.6`: configuration keys; `2.x`: components and variables."""
    vendor: str | None
    """Only stations of this vendor inherit it."""
    model: str | None
    site_id: str | None
    settings: list[WantedSetting]
    changed_at: datetime


class ConfigurationTemplatePage(Page[ConfigurationTemplate]):
    """Configuration templates, by name."""


class SettingDifference(SettingName):
    """A setting that is not as the template has it."""

    wanted: str
    value: str | None
    """As the station last told it."""
    kind: DifferenceKind


class StationConfiguration(Shape):
    """A station's settings against its template."""

    template_id: str | None
    template_name: str | None
    is_given: bool
    """The template was given to this station; else it is inherited by vendor, model or site."""
    setting_count: int
    """Settings of the template."""
    differences: list[SettingDifference]
    told_at: datetime | None
    """When the station last told of a setting; null: it never did."""


class SettingResult(SettingName):
    """What became of one setting."""

    wanted: str
    outcome: Outcome
    status: str | None
    """The station's own word."""


class ConfigurationResult(Shape):
    """What became of writing a template's settings."""

    outcome: Outcome
    """`accepted`: every one was; else what became of the first that was not."""
    status: str | None
    needs_restart: bool
    """The station takes some of them only after a restart."""
    results: list[SettingResult]
    left: int
    """Settings that were not tried, since the station did not answer."""
