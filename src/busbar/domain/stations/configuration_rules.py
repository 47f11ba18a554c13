"""Which template a station has, and where its settings differ from it: pure decisions."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from busbar.canon.configuration import Dialect
from busbar.canon.control import VariableRef, VariableValue
from busbar.canon.secrecy import is_secret_variable
from busbar.canon.stations import Protocol
from busbar.kernel.edits import Edits, list_document_edits
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError

SETTINGS_MAX = 100
"""Of one template."""
TEMPLATES_MAX = 200
"""Of one operator."""
NAME_MAX_CHARS = 120
VALUE_MAX_CHARS = 2500
WORD_MAX_CHARS = 50


class ConfigurationTemplateNotFoundError(NotFoundError):
    """No such configuration template, or not the operator's."""

    code = "not_found.configuration_template"


class ConfigurationError(InvalidError):
    """Not what a configuration template can be. The fact `reason`: name, settings, repeated, secret, component."""

    code = "invalid.configuration"


class ConfigurationNameError(ConflictError):
    """Another configuration template has this name."""

    code = "conflict.configuration_name"


class TooManyConfigurationTemplatesError(LimitExceededError):
    """The operator has as many configuration templates as there may be."""

    code = "limit_exceeded.configuration_templates"


class DifferenceKind(StrEnum):
    """How a setting differs from the template."""

    MISSING = "missing"
    """The station has not told of it."""
    OTHER = "other"
    READ_ONLY = "read_only"
    """It is another, and the station lets nobody change it."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A setting that is not as the template has it."""

    ref: VariableRef
    wanted: str
    value: str | None
    kind: DifferenceKind


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A template, as far as it matters who has it."""

    template_id: str
    name: str
    dialect: Dialect
    vendor: str | None
    model: str | None
    site_id: str | None
    settings: tuple[VariableValue, ...]


def name_dialect(protocol: Protocol | None) -> Dialect | None:
    """Return how a station's settings are named; None: it never said what it speaks."""
    if protocol is None:
        return None
    return Dialect.KEYS if protocol is Protocol.OCPP16 else Dialect.VARIABLES


def check_settings(dialect: Dialect, settings: Sequence[VariableValue]) -> tuple[VariableValue, ...]:
    """Return settings that a template may hold. Errors: `invalid.configuration`."""
    if not 1 <= len(settings) <= SETTINGS_MAX:
        raise ConfigurationError(f"a template has 1 to {SETTINGS_MAX} settings", reason="settings")
    named: set[tuple[object, ...]] = set()
    for setting in settings:
        ref = setting.ref
        if is_secret_variable(ref.variable):
            raise ConfigurationError("passwords stand in no template", reason="secret", variable=ref.variable[:50])
        if (ref.component is None) is (dialect is Dialect.VARIABLES):
            raise ConfigurationError(
                "2.x settings have a component, 1.6 keys have none", reason="component", variable=ref.variable[:50]
            )
        if name_setting(ref) in named:
            raise ConfigurationError("a setting stands there twice", reason="repeated", variable=ref.variable[:50])
        named.add(name_setting(ref))
    return tuple(settings)


def name_setting(ref: VariableRef) -> tuple[object, ...]:
    """Return what two spellings of one setting have in common: stations compare these words without case."""
    words = (ref.component, ref.component_instance, ref.variable, ref.variable_instance, ref.attribute)
    return (*(word and word.casefold() for word in words), ref.evse_id, ref.connector_id)


def choose_template(
    templates: Iterable[Template],
    *,
    given_id: str | None,
    dialect: Dialect,
    vendor: str | None,
    model: str | None,
    site_id: str | None,
) -> Template | None:
    """Return the template of a station: the one it was given, else the most special one that fits what it is.

    A template that names neither vendor, model nor site is only had by stations that were given it.
    """
    fitting = [template for template in templates if template.dialect is dialect]
    for template in fitting:
        if template.template_id == given_id:
            return template
    wanted = {"vendor": vendor, "model": model, "site_id": site_id}

    def count(template: Template) -> int:
        conditions = {name: value for name in wanted if (value := getattr(template, name)) is not None}
        return len(conditions) if all(_is_same(value, wanted[name]) for name, value in conditions.items()) else 0

    ranked = sorted(fitting, key=lambda template: (-count(template), template.name.casefold(), template.template_id))
    return ranked[0] if ranked and count(ranked[0]) else None


def _is_same(value: str, other: str | None) -> bool:
    return other is not None and value.casefold() == other.casefold()


def compare(wanted: Iterable[VariableValue], told: Iterable[VariableValue]) -> tuple[Difference, ...]:
    """Return where what a station told differs from what is wanted, in the template's order."""
    known = {name_setting(each.ref): each for each in told}
    found: list[Difference] = []
    for setting in wanted:
        held = known.get(name_setting(setting.ref))
        text = setting.value or ""
        if held is not None and are_equal(text, held.value or ""):
            continue
        kind = DifferenceKind.OTHER
        if held is None:
            kind = DifferenceKind.MISSING
        elif held.is_readonly:
            kind = DifferenceKind.READ_ONLY
        ref = setting.ref if held is None else held.ref
        found.append(Difference(ref=ref, wanted=text, value=None if held is None else held.value, kind=kind))
    return tuple(found)


def are_equal(one: str, other: str) -> bool:
    """Tell whether two values are one: blanks in lists do not count, nor the case of true and false."""
    return _fold(one) == _fold(other)


def _fold(text: str) -> str:
    parts = [part.strip() for part in text.split(",")]
    return ",".join(part.casefold() if part.casefold() in {"true", "false"} else part for part in parts)


def list_setting_edits(before: Iterable[VariableValue], after: Iterable[VariableValue]) -> Edits:
    """Return which settings an edit changed, by their names. For the audit log."""
    one, other = ({write_name(each.ref): each.value for each in settings} for settings in (before, after))
    return list_document_edits(one, other)


def write_name(ref: VariableRef) -> str:
    """Return a setting's name as people read it."""
    place = "".join(
        (
            ref.component or "",
            f"[{ref.component_instance}]" if ref.component_instance else "",
            f"#{ref.evse_id}" if ref.evse_id else "",
            f".{ref.connector_id}" if ref.connector_id else "",
        )
    )
    name = f"{ref.variable}[{ref.variable_instance}]" if ref.variable_instance else ref.variable
    return f"{place} {name}".strip()
