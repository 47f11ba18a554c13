"""Generate the typed messages of `busbar.wire.ocpp16`, `ocpp201` and `ocpp21` from the official JSON schemas.

The schemas come out of the `ocpp` package (a development dependency; its code is never imported). Nothing but names,
types and constraints is taken over.

    python tools/generate_wire.py            write src/busbar/wire/ocpp*/messages.py
    python tools/generate_wire.py --out DIR  write DIR/ocpp*/messages.py instead
"""

import argparse
import importlib.util
import json
import keyword
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

MAX_INTEGER = "MAX_INTEGER"
HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "src" / "busbar" / "wire"

# Words that a plain split at capitals would tear apart.
WORDS = {"V2X": "V2x", "EMAIDs": "Emaids", "soC": "soc", "soH": "soh", "targetSoC": "targetSoc", "maxSoC": "maxSoc"}

# 1.6 writes its data types in line; these are the names that the specification (chapter 7) gives them.
OBJECTS_16 = {
    "idTagInfo": "IdTagInfo",
    "chargingSchedule": "ChargingSchedule",
    "chargingSchedulePeriod": "ChargingSchedulePeriod",
    "configurationKey": "KeyValue",
    "meterValue": "MeterValue",
    "transactionData": "MeterValue",
    "sampledValue": "SampledValue",
    "chargingProfile": "ChargingProfile",
    "csChargingProfiles": "ChargingProfile",
    "localAuthorizationList": "AuthorizationData",
}
ENUMS_16 = {
    "chargingProfileKind": "ChargingProfileKindType",
    "chargingProfilePurpose": "ChargingProfilePurposeType",
    "chargingRateUnit": "ChargingRateUnitType",
    "context": "ReadingContext",
    "errorCode": "ChargePointErrorCode",
    "format": "ValueFormat",
    "location": "Location",
    "measurand": "Measurand",
    "phase": "Phase",
    "reason": "Reason",
    "recurrencyKind": "RecurrencyKindType",
    "requestedMessage": "MessageTrigger",
    "unit": "UnitOfMeasure",
    "updateType": "UpdateType",
}
# `status` and `type` mean something else in each message.
ENUMS_16_BY_OWNER = {
    "BootNotificationResponse": "RegistrationStatus",
    "CancelReservationResponse": "CancelReservationStatus",
    "ChangeAvailabilityRequest": "AvailabilityType",
    "ChangeAvailabilityResponse": "AvailabilityStatus",
    "ChangeConfigurationResponse": "ConfigurationStatus",
    "ClearCacheResponse": "ClearCacheStatus",
    "ClearChargingProfileResponse": "ClearChargingProfileStatus",
    "DataTransferResponse": "DataTransferStatus",
    "DiagnosticsStatusNotificationRequest": "DiagnosticsStatus",
    "FirmwareStatusNotificationRequest": "FirmwareStatus",
    "GetCompositeScheduleResponse": "GetCompositeScheduleStatus",
    "IdTagInfo": "AuthorizationStatus",
    "RemoteStartTransactionResponse": "RemoteStartStopStatus",
    "RemoteStopTransactionResponse": "RemoteStartStopStatus",
    "ReserveNowResponse": "ReservationStatus",
    "ResetRequest": "ResetType",
    "ResetResponse": "ResetStatus",
    "SendLocalListResponse": "UpdateStatus",
    "SetChargingProfileResponse": "ChargingProfileStatus",
    "StatusNotificationRequest": "ChargePointStatus",
    "TriggerMessageResponse": "TriggerMessageStatus",
    "UnlockConnectorResponse": "UnlockStatus",
}

# MeterValues demands at least one sampled value, StopTransaction (same type, same chapter) does not: the looser holds,
# for a StopTransaction must never be lost over an empty list.
MAY_BE_EMPTY = {("ocpp16", "sampledValue")}

# Who may begin (1.6: chapters 4 and 5 and the security whitepaper; 2.x: part 2, "Messages"). All others: the CSMS.
FROM_STATION = {
    "ocpp16": """Authorize BootNotification DiagnosticsStatusNotification FirmwareStatusNotification Heartbeat
        LogStatusNotification MeterValues SecurityEventNotification SignCertificate SignedFirmwareStatusNotification
        StartTransaction StatusNotification StopTransaction""",
    "ocpp201": """Authorize BootNotification ClearedChargingLimit FirmwareStatusNotification Get15118EVCertificate
        GetCertificateStatus Heartbeat LogStatusNotification MeterValues NotifyChargingLimit NotifyCustomerInformation
        NotifyDisplayMessages NotifyEVChargingNeeds NotifyEVChargingSchedule NotifyEvent NotifyMonitoringReport
        NotifyReport PublishFirmwareStatusNotification ReportChargingProfiles ReservationStatusUpdate
        SecurityEventNotification SignCertificate StatusNotification TransactionEvent""",
}
FROM_STATION["ocpp21"] = (
    FROM_STATION["ocpp201"]
    + """ BatterySwap ClosePeriodicEventStream GetCertificateChainStatus NotifyDERAlarm NotifyDERStartStop
        NotifyPeriodicEventStream NotifyPriorityCharging NotifySettlement OpenPeriodicEventStream
        PullDynamicScheduleUpdate ReportDERControl VatNumberValidation"""
)
FROM_BOTH = {"DataTransfer"}

ROOMS = {"ocpp16": ("v16", "1.6"), "ocpp201": ("v201", "2.0.1"), "ocpp21": ("v21", "2.1")}


@dataclass
class Field:
    """One attribute of a struct, ready to print."""

    json_name: str
    type_text: str
    is_required: bool
    has_one_decimal: bool = False
    is_open: bool = False


@dataclass
class Module:
    """Everything found in the schemas of one version."""

    room: str
    enums: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    structs: dict[str, list[Field]] = field(default_factory=dict[str, list[Field]])
    uses: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    lengths: set[int] = field(default_factory=set[int])
    imports: set[str] = field(default_factory=set[str])

    def add_enum(self, name: str, values: list[str]) -> None:
        """Keep an enumeration; where 1.6 lists differ between messages the union holds (MeterValues knows Hertz)."""
        known = self.enums.setdefault(name, list(values))
        if sorted(known) != sorted(values) and (self.room, name) != ("ocpp16", "UnitOfMeasure"):
            raise SystemExit(f"{self.room}: two enumerations are called {name}")
        known.extend(value for value in values if value not in known)

    def add_struct(self, name: str, schema: Schema, definitions: Schema) -> None:
        """Keep an object type; the same name must mean the same everywhere."""
        if schema.get("additionalProperties") is not False:
            raise SystemExit(f"{self.room}.{name} is open; only CustomDataType may be")
        required = set(schema.get("required", []))
        self.uses.setdefault(name, set())
        fields = [
            self.make_field(name, json_name, prop, json_name in required, definitions)
            for json_name, prop in schema.get("properties", {}).items()
        ]
        if required - {one.json_name for one in fields}:
            raise SystemExit(f"{self.room}.{name} requires a property that it does not define")
        if sorted(map(repr, self.structs.setdefault(name, fields))) != sorted(map(repr, fields)):
            raise SystemExit(f"{self.room}: two objects are called {name}")

    def make_field(self, owner: str, json_name: str, prop: Schema, is_required: bool, definitions: Schema) -> Field:  # noqa: FBT001 - private to the generator
        """Turn one property into a field."""
        one = Field(json_name, self.type_of(owner, json_name, prop, definitions), is_required)
        if "multipleOf" in prop:
            if prop["multipleOf"] != 0.1:  # noqa: PLR2004 - the one step that OCPP uses
                raise SystemExit(f"{owner}.{json_name}: multipleOf {prop['multipleOf']}")
            one.has_one_decimal = True
        one.is_open = one.type_text == "Any"
        return one

    def type_of(self, owner: str, json_name: str, prop: Schema, definitions: Schema) -> str:
        """Return the annotation of a property and register what it refers to."""
        if "$ref" in prop:
            name = prop["$ref"].rpartition("/")[2]
            return self.type_of_definition(owner, name, definitions)
        if "enum" in prop:
            name = ENUMS_16.get(json_name) or ENUMS_16_BY_OWNER[owner]
            self.add_enum(name, prop["enum"])
            return name
        kind = prop.get("type")
        if kind == "object":
            name = OBJECTS_16[json_name]
            self.add_struct(name, prop, definitions)
            self.uses[owner].add(name)
            return name
        if kind == "array":
            item = self.type_of(owner, json_name, prop["items"], definitions)
            least = None if (self.room, json_name) in MAY_BE_EMPTY else prop.get("minItems")
            bounds = meta(min_length=least, max_length=prop.get("maxItems"))
            return annotated(f"list[{item}]", bounds)
        return self.type_of_scalar(owner, json_name, prop)

    def type_of_definition(self, owner: str, name: str, definitions: Schema) -> str:
        """Return the annotation of a named definition."""
        schema = definitions[name]
        if name == "CustomDataType":
            self.imports.add("CustomData")
            return "CustomData"
        if "enum" in schema:
            self.add_enum(name, schema["enum"])
            return name
        if name not in self.structs:
            self.add_struct(name, schema, definitions)
        self.uses[owner].add(name)
        return name

    def type_of_scalar(self, owner: str, json_name: str, prop: Schema) -> str:  # noqa: PLR0911 - one per kind
        """Return the annotation of a string, number or boolean, or Any where the schema leaves the value open."""
        kind = prop.get("type")
        if kind == "string" and "format" in prop:
            name = {"date-time": "Timestamp", "uri": "Uri"}[prop["format"]]
            self.imports.add(name)
            return name
        if kind == "string":
            length = prop.get("maxLength")
            if length is None:
                return "str"
            self.lengths.add(length)
            return f"String{length}"
        if kind == "boolean":
            return "bool"
        low, high = prop.get("minimum"), prop.get("maximum")
        if kind == "integer":
            if low is None and high is None:
                self.imports.add("Integer")
                return "Integer"
            self.imports.add(MAX_INTEGER)
            least = f"-{MAX_INTEGER}" if low is None else int(low)
            return annotated("int", meta(ge=least, le=MAX_INTEGER if high is None else int(high)))
        if kind == "number":
            self.imports.add("Number")
            if low is None and high is None:
                return "Number"
            self.imports.add(MAX_INTEGER)
            whole = meta(
                ge=f"-{MAX_INTEGER}" if low is None else int(low), le=MAX_INTEGER if high is None else int(high)
            )
            return f"{annotated('int', whole)} | {annotated('float', meta(ge=low, le=high))}"
        if kind is None:
            return "Any"
        raise SystemExit(f"{owner}.{json_name}: type {kind}")

    def order(self) -> list[str]:
        """Return the structs so that each stands after those it uses."""
        done: dict[str, None] = {}

        def place(name: str, above: tuple[str, ...]) -> None:
            if name in above:
                raise SystemExit(f"{self.room}: {' > '.join((*above, name))} goes in a circle")
            for used in sorted(self.uses[name]):
                if used not in done:
                    place(used, (*above, name))
            done[name] = None

        for name in sorted(self.structs, key=lambda one: (is_message(one), one)):
            if name not in done:
                place(name, ())
        return list(done)


def is_message(name: str) -> bool:
    """Tell a message from a data type."""
    return name.endswith(("Request", "Response")) or name == "NotifyPeriodicEventStream"


def meta(**bounds: object) -> str:
    """Print the bounds that are set, as arguments of Meta."""
    return ", ".join(f"{name}={value}" for name, value in bounds.items() if value is not None)


def annotated(type_text: str, bounds: str) -> str:
    """Print a type with its bounds, if any."""
    return f"Annotated[{type_text}, Meta({bounds})]" if bounds else type_text


def attribute(json_name: str) -> str:
    """Return the Python name of a JSON property."""
    for word, plain in WORDS.items():
        json_name = json_name.replace(word, plain)
    words = re.findall(r"[A-Z]+[0-9]*(?![a-z0-9])|[A-Z]?[a-z0-9]+", json_name.replace("_", ""))
    name = "_".join(words).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def camel(name: str) -> str:
    """Return the JSON name that msgspec's own renaming would give an attribute."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def print_field(one: Field) -> str:
    """Print one attribute."""
    name = attribute(one.json_name)
    regular = camel(name) == one.json_name
    label = "" if regular else f'name="{one.json_name}"'
    if one.is_open:
        # An open value may be null, so absence needs a mark of its own.
        return f"    {name}: Any = UNSET"
    if one.is_required:
        return f"    {name}: {one.type_text}" + ("" if regular else f" = field({label})")
    default = "None" if regular else f"field(default=None, {label})"
    return f"    {name}: Maybe[{one.type_text}] = {default}"


def print_struct(name: str, fields: list[Field]) -> str:
    """Print one class."""
    lines = [f"class {name}(Payload, frozen=True, kw_only=True):"]
    tenths = [one for one in fields if one.has_one_decimal]
    if tenths:
        listing = ", ".join(f'"{one.json_name}"' for one in tenths)
        lines.append(f"    one_decimal: ClassVar[tuple[str, ...]] = ({listing},)")
    lines += [print_field(one) for one in fields] or ["    pass"]
    if tenths:
        lines += ["", "    def __post_init__(self) -> None:"]
        lines += [f'        require_one_decimal(self.{attribute(one.json_name)}, "{one.json_name}")' for one in tenths]
    return "\n".join(lines)


def print_actions(room: str, names: list[str]) -> str:
    """Print the registry of actions."""
    from_station = set(FROM_STATION[room].split())
    actions = {name.removesuffix("Request"): name for name in names if not name.endswith("Response")}
    unknown = from_station - set(actions)
    if unknown:
        raise SystemExit(f"{room}: no schema for {sorted(unknown)}")
    lines = ["ACTIONS: dict[str, Action] = {", "    action.name: action", "    for action in ("]
    for name, request in sorted(actions.items()):
        response = f"{name}Response" if f"{name}Response" in names else None
        senders = "BOTH" if name in FROM_BOTH else "STATION" if name in from_station else "CSMS"
        lines.append(f'        Action(name="{name}", request={request}, response={response}, senders={senders}),')
    lines += ["    )", "}"]
    return "\n".join(lines)


def print_module(module: Module, title: str) -> str:
    """Print the whole generated file."""
    text = [
        f"{name} = Literal[{', '.join(json.dumps(v) for v in values)}]" for name, values in sorted(module.enums.items())
    ]
    names = module.order()
    structs = [print_struct(name, module.structs[name]) for name in names]
    messages = [name for name in names if is_message(name)]
    actions = print_actions(module.room, messages)
    body = "\n".join((*text, *structs, actions))
    typing_names = [name for name in ("Annotated", "Any", "ClassVar", "Literal") if re.search(rf"\b{name}\b", body)]
    if module.lengths and "Annotated" not in typing_names:
        typing_names.insert(0, "Annotated")
    msgspec_names = [name for name in ("UNSET", "Meta", "field") if re.search(rf"\b{name}\b(?!:)", body)]
    fields = sorted(
        {*module.imports, "Maybe", "Payload"} | ({"require_one_decimal"} if "require_one_decimal" in body else set())
    )
    senders = [name for name in ("BOTH", "CSMS", "STATION") if f"senders={name}" in actions]
    head = [
        f'"""OCPP {title}: every data type, enumeration and message.',
        "",
        "Made by tools/generate_wire.py from the official JSON schemas: do not edit.",
        '"""',
        "",
        f"from typing import {', '.join(typing_names)}",
        "",
        f"from msgspec import {', '.join(msgspec_names)}",
        "",
        f"from busbar.wire.schema.action import {', '.join([*senders, 'Action'])}",
        f"from busbar.wire.schema.fields import {', '.join(fields)}",
        "",
    ]
    aliases = [f"String{length} = Annotated[str, Meta(max_length={length})]" for length in sorted(module.lengths)]
    exports = ["ACTIONS", *sorted(module.enums), *names]
    listing = ["__all__ = [", *(f'    "{name}",' for name in exports), "]"]
    parts = ["\n".join(head + aliases), "\n".join(text), *structs, actions, "\n".join(listing)]
    return "\n\n\n".join(parts) + "\n"


def schema_folder(version: str) -> Path:
    """Find the schemas of the installed `ocpp` package without importing it."""
    spec = importlib.util.find_spec("ocpp")
    if spec is None or spec.origin is None:
        raise SystemExit("the package `ocpp` (a development dependency) is not installed")
    return Path(spec.origin).parent / version / "schemas"


def message_name(room: str, stem: str) -> str:
    """Return the struct's name for a schema file: 1.6 leaves `Request` out of its file names."""
    if room == "ocpp16" and not stem.endswith("Response"):
        return f"{stem}Request"
    return stem


def generate(room: str) -> str:
    """Return the text of one version's messages.py."""
    version, title = ROOMS[room]
    module = Module(room)
    for path in sorted(schema_folder(version).glob("*.json")):
        schema: Schema = json.loads(path.read_text(encoding="utf-8-sig"))
        module.add_struct(message_name(room, path.stem), schema, schema.get("definitions", {}))
    return print_module(module, title)


def main() -> None:
    """Write the three files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=TARGET, help="folder that holds ocpp16, ocpp201 and ocpp21")
    target: Path = parser.parse_args().out
    for room in ROOMS:
        path = target / room / "messages.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(generate(room), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
