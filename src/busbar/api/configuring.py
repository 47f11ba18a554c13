"""Writing a configuration template's settings to a station."""

from collections.abc import Sequence

import msgspec

from busbar.api.bodies.control import TimedBody
from busbar.api.callers import StaffCaller
from busbar.api.sending import send
from busbar.api.services import Services
from busbar.canon.configuration import Dialect
from busbar.canon.control import GetVariables, Outcome, SetVariables, VariableValue
from busbar.domain.stations.configuration_rules import Difference, DifferenceKind, name_setting
from busbar.kernel.errors import ConflictError
from busbar.kernel.ids import StationId
from busbar.views.configuration import Standing
from busbar.views.shapes.configuration import ConfigurationResult, SettingResult
from busbar.views.shapes.control import CommandResult, VariableAnswer

AT_ONCE_MAX = 10
"""Settings in one request to a 2.x station; 1.6 takes one."""
RESTART = "RebootRequired"
_SILENT = frozenset({Outcome.UNDELIVERED, Outcome.TIMED_OUT})


class NoTemplateError(ConflictError):
    """The station has no configuration template."""

    code = "conflict.no_configuration_template"


async def write_settings(
    services: Services, caller: StaffCaller, station_id: StationId, standing: Standing, *, key: str | None
) -> ConfigurationResult:
    """Write what differs and may be changed; then have the station tell its settings again.

    Errors: `conflict.no_configuration_template`, and those of `send`.
    """
    template = standing.template
    if template is None:
        raise NoTemplateError("give the station a configuration template first")
    wanted = [each for each in standing.differences if each.kind is not DifferenceKind.READ_ONLY]
    size = 1 if template.dialect is Dialect.KEYS else AT_ONCE_MAX
    results: list[SettingResult] = []
    for start in range(0, len(wanted), size):
        part = wanted[start : start + size]
        request = SetVariables(values=tuple(VariableValue(ref=each.ref, value=each.wanted) for each in part))
        part_key = None if key is None else f"{key}:{start}"
        answer = await send(services, caller, station_id, request, key=part_key, terms=TimedBody())
        results += _read(part, answer)
        if answer.outcome in _SILENT:
            break
    is_heard = not any(each.outcome in _SILENT for each in results)
    if results and is_heard:
        refs = tuple(each.ref for each in wanted) if template.dialect is Dialect.KEYS else ()
        await send(services, caller, station_id, GetVariables(refs=refs), key=None, terms=TimedBody())
    return _sum_up(results, left=len(wanted) - len(results))


def _read(part: Sequence[Difference], answer: CommandResult) -> list[SettingResult]:
    """Return what became of each setting of one request: by its own word, where the station gave one."""
    told = {_name(value): value for value in answer.values}
    found: list[SettingResult] = []
    for each in part:
        own = told.get(name_setting(each.ref)) or (answer.values[0] if len(part) == len(answer.values) == 1 else None)
        status = answer.status if own is None else own.status or answer.status
        outcome = answer.outcome
        if own is not None and own.status is not None and outcome not in _SILENT:
            outcome = Outcome.ACCEPTED if own.status in {"Accepted", RESTART} else Outcome.REJECTED
        found.append(
            SettingResult(**msgspec.structs.asdict(each.ref), wanted=each.wanted, outcome=outcome, status=status)
        )
    return found


def _name(value: VariableAnswer) -> tuple[object, ...]:
    words = (value.component, value.component_instance, value.variable, value.variable_instance, value.attribute)
    return (*(word and word.casefold() for word in words), value.evse_id, value.connector_id)


def _sum_up(results: list[SettingResult], *, left: int) -> ConfigurationResult:
    bad = next((each for each in results if each.outcome is not Outcome.ACCEPTED), None)
    needs_restart = any(each.status == RESTART for each in results)
    status = RESTART if needs_restart else None
    return ConfigurationResult(
        outcome=Outcome.ACCEPTED if bad is None else bad.outcome,
        status=status if bad is None else bad.status,
        needs_restart=needs_restart,
        results=results,
        left=left,
    )
