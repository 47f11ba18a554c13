"""Getting, setting and reporting the variables of one virtual 2.x station (B05, B06, B07, B08)."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from busbar.simulator.flow import EvseSpec
from busbar.simulator.speaker import Payload
from busbar.simulator.v2.variables import READ, WRITE, Definition, Key, define_variables
from busbar.wire.ocppj import Version

CRITERIA = {"Active": "active", "Available": "available", "Enabled": "enabled", "Problem": "problem"}


class Device:
    """The variables of one station. `live` works out those that are not kept."""

    def __init__(self, specs: tuple[EvseSpec, ...], version: Version, live: Callable[[Definition], str]) -> None:
        self.definitions = define_variables(specs, version)
        self._components = {definition.component_key for definition in self.definitions.values()}
        self._values: dict[Key, str] = {}
        self._live = live

    # --- the station's own use --------------------------------------------------------------------------------------

    def read(self, component: str, variable: str, instance: str = "") -> str:
        """Return a value of a controller; raises KeyError."""
        key: Key = (component.lower(), "", 0, 0, variable.lower(), instance.lower())
        kept = self._values.get(key)
        return self.definitions[key].value if kept is None else kept

    def write(self, component: str, variable: str, value: str, instance: str = "") -> None:
        """Set a value of a controller, read-only or not; raises KeyError."""
        key: Key = (component.lower(), "", 0, 0, variable.lower(), instance.lower())
        if key not in self.definitions:
            raise KeyError(f"{component}.{variable}")
        self._values[key] = value

    def show(self, definition: Definition) -> str:
        """Return the present value of a variable."""
        if definition.is_live:
            return self._live(definition)
        return self._values.get(definition.key, definition.value)

    # --- the CSMS -----------------------------------------------------------------------------------------------------

    def find(self, component: dict[str, Any], variable: dict[str, Any]) -> Definition | str:
        """Return the variable named, or the status word that says what is unknown."""
        place = read_place(component)
        key: Key = (*place, str(variable["name"]).lower(), str(variable.get("instance", "")).lower())
        found = self.definitions.get(key)
        if found is not None:
            return found
        return "UnknownVariable" if place in self._components else "UnknownComponent"

    def get(self, asked: Payload) -> Payload:
        """Answer one GetVariableData (B06)."""
        kind = asked.get("attributeType", "Actual")
        found = self.find(asked["component"], asked["variable"])
        answer: Payload = {"attributeType": kind, "component": asked["component"], "variable": asked["variable"]}
        if isinstance(found, str):
            return {**answer, "attributeStatus": found}
        value = self._attribute(found, kind)
        if value is None:
            return {**answer, "attributeStatus": "NotSupportedAttributeType"}
        if found.mutability == WRITE:
            return {**answer, "attributeStatus": "Rejected"}
        return {**answer, "attributeStatus": "Accepted", "attributeValue": value[:2500]}

    def set(self, asked: Payload) -> tuple[Payload, Definition | None]:
        """Answer one SetVariableData (B05); also return what was changed, None if nothing."""
        kind = asked.get("attributeType", "Actual")
        found = self.find(asked["component"], asked["variable"])
        answer: Payload = {"attributeType": kind, "component": asked["component"], "variable": asked["variable"]}
        if isinstance(found, str):
            return {**answer, "attributeStatus": found}, None
        if kind != "Actual":
            return {**answer, "attributeStatus": "NotSupportedAttributeType"}, None
        value = str(asked["attributeValue"])
        if found.mutability == READ or not is_fitting(found, value):
            return {**answer, "attributeStatus": "Rejected"}, None
        self._values[found.key] = value
        return {**answer, "attributeStatus": "RebootRequired" if found.needs_reboot else "Accepted"}, found

    def report(self, definitions: Iterable[Definition]) -> list[Payload]:
        """Return report data of variables (B07)."""
        return [self._report_one(each) for each in definitions]

    def select_base(self, base: str) -> list[Definition]:
        """Return the variables of a base report."""
        everything = list(self.definitions.values())
        if base == "ConfigurationInventory":
            return [each for each in everything if each.mutability != READ]
        if base == "SummaryInventory":
            wanted = {"availabilitystate", "problem", "available"}
            return [each for each in everything if each.variable.lower() in wanted]
        return everything

    def select(self, wanted: list[Payload] | None, criteria: list[str] | None) -> list[Definition]:
        """Return the variables of a custom report (B08): by name, by criterion, or both."""
        chosen = [
            each for each in self.definitions.values() if wanted is None or any(is_named(each, one) for one in wanted)
        ]
        if not criteria:
            return chosen
        good = {
            each.component_key
            for each in self.definitions.values()
            for criterion in criteria
            if each.variable.lower() == CRITERIA[criterion] and self.show(each) == "true"
        }
        # components without the variable count as fulfilling it, except Problem (B08.FR.07, B08.FR.10)
        with_variable = {(each.component_key, each.variable.lower()) for each in self.definitions.values()}
        for place in self._components:
            for criterion in criteria:
                if criterion != "Problem" and (place, CRITERIA[criterion]) not in with_variable:
                    good.add(place)
        return [each for each in chosen if each.component_key in good]

    def _attribute(self, definition: Definition, kind: str) -> str | None:
        match kind:
            case "Actual":
                return self.show(definition)
            case "MaxSet" if definition.high is not None:
                return str(definition.high)
            case "MinSet" if definition.low is not None:
                return str(definition.low)
            case _:
                return None

    def _report_one(self, definition: Definition) -> Payload:
        attribute: Payload = {"type": "Actual", "mutability": definition.mutability, "persistent": True}
        if definition.mutability != WRITE:
            attribute["value"] = self.show(definition)[:2500]
        characteristics: Payload = {"dataType": definition.kind, "supportsMonitoring": definition.is_monitored}
        if definition.unit:
            characteristics["unit"] = definition.unit
        if definition.low is not None:
            characteristics["minLimit"] = definition.low
        if definition.high is not None:
            characteristics["maxLimit"] = definition.high
        if definition.values:
            characteristics["valuesList"] = definition.values
        return {
            "component": write_component(definition),
            "variable": write_variable(definition),
            "variableAttribute": [attribute],
            "variableCharacteristics": characteristics,
        }


def read_place(component: dict[str, Any]) -> tuple[str, str, int, int]:
    """Return what a component is found by."""
    evse: Payload = component.get("evse", {})
    return (
        str(component["name"]).lower(),
        str(component.get("instance", "")).lower(),
        int(evse.get("id", 0)),
        int(evse.get("connectorId", 0)),
    )


def is_named(definition: Definition, asked: Payload) -> bool:
    """Whether a componentVariable means this variable; what it leaves out means all (B08.FR.21)."""
    component = asked["component"]
    if definition.component.lower() != str(component["name"]).lower():
        return False
    evse = component.get("evse")
    if evse is not None and (
        evse["id"] != definition.evse_id or evse.get("connectorId", definition.connector_id) != definition.connector_id
    ):
        return False
    if str(component.get("instance", definition.component_instance)).lower() != definition.component_instance.lower():
        return False
    variable = asked.get("variable")
    if variable is None:
        return True
    if str(variable["name"]).lower() != definition.variable.lower():
        return False
    return str(variable.get("instance", definition.instance)).lower() == definition.instance.lower()


def write_component(definition: Definition) -> Payload:
    """Return OCPP's ComponentType."""
    component: Payload = {"name": definition.component}
    if definition.component_instance:
        component["instance"] = definition.component_instance
    if definition.evse_id:
        component["evse"] = {"id": definition.evse_id}
        if definition.connector_id:
            component["evse"]["connectorId"] = definition.connector_id
    return component


def write_variable(definition: Definition) -> Payload:
    """Return OCPP's VariableType."""
    variable: Payload = {"name": definition.variable}
    if definition.instance:
        variable["instance"] = definition.instance
    return variable


def is_fitting(definition: Definition, value: str) -> bool:  # noqa: PLR0911 - one return per kind of value
    """Whether a value may be set: of the right kind, within limits and lists."""
    match definition.kind:
        case "boolean":
            return value in {"true", "false"}
        case "integer" | "decimal":
            try:
                number = Decimal(value)
            except InvalidOperation:
                return False
            if not number.is_finite() or (definition.kind == "integer" and number != number.to_integral_value()):
                return False
            return (definition.low is None or number >= definition.low) and (
                definition.high is None or number <= definition.high
            )
        case "OptionList":
            return value in definition.values.split(",")
        case "MemberList" | "SequenceList":
            allowed = set(definition.values.split(","))
            return all(each.strip() in allowed for each in value.split(",") if each.strip())
        case _:
            return True
