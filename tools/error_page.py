"""The reference page of error codes, read from the source: the classes of errors and the codes that doors answer."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from busbar.api.problems import name_status
from busbar.kernel.errors import (
    BusbarError,
    ConflictError,
    DeniedError,
    InvalidError,
    LimitExceededError,
    NotFoundError,
    UnavailableError,
)
from page_text import flatten, write_table
from steps import ROOT

ERRORS_PAGE = ROOT / "docs" / "reference" / "errors.md"
SOURCE = ROOT / "src"

INTRODUCTION = """# Error codes

<!-- Written by tools/reference.py from the sources: do not edit, run `make reference`. -->

Every refusal of the HTTP API is a problem document (RFC 9457, `application/problem+json`) with a stable `code`. Decide
by the code, never by the text: texts may change, a code does not. `facts` holds the particulars of the case; those that
an error can carry stand in the table, and not every answer carries all of them. How to read one:
[use the API](../howto/use-the-api.md#errors).
"""

KINDS: Mapping[type[BusbarError], tuple[str, str]] = {
    InvalidError: ("Invalid", "The request breaks a rule. Sent again unchanged, it is refused again."),
    DeniedError: ("Denied", "The caller is unknown, or may not do this."),
    NotFoundError: (
        "Not found",
        "The thing named is not there, or not visible to the caller: which of them is not told.",
    ),
    ConflictError: (
        "Conflict",
        "The request is right, but the present state forbids it. Look at the state, then decide.",
    ),
    LimitExceededError: (
        "Limit exceeded",
        "A bound was reached. `Retry-After` says how many seconds to wait, if waiting helps.",
    ),
    UnavailableError: (
        "Unavailable",
        "Something needed does not answer now. Send the same request again after `Retry-After`.",
    ),
    BusbarError: (
        "Internal",
        "A defect of ours, logged with the `request_id` of the answer. The request has had no effect.",
    ),
}
DOOR = "busbar.gateways.ocpp."
DOOR_MODULES = (f"{DOOR}door", f"{DOOR}identity")
START_MODULES = ("busbar.app.config", "busbar.app.http", "busbar.app.roles")
INSIDE = (
    "busbar.wire.",
    "busbar.kernel.quantity",
    "busbar.domain.tenants.model.AuditError",
    f"{DOOR}metering",
    f"{DOOR}translation",
)
"""What no HTTP caller sees: it becomes an OCPP error or an outcome."""
SHOWN_FROM_INSIDE = ("invalid.ocpp_request",)
ANSWERED_ALONE: Mapping[str, tuple[int, str]] = {
    "internal": (500, "Something broke on our side."),
    "invalid.http": (400, "The request is not HTTP as the server takes it."),
    "invalid.json": (400, "The body is not JSON."),
    "invalid.method": (405, "The address exists, the method does not; `Allow` names those that do."),
    "invalid.request": (422, "The request breaks the schema; `errors` names each refused field."),
    "limit_exceeded.body": (413, "The body is larger than `BUSBAR_REQUEST_BODY_MAX_BYTES`."),
    "unavailable.not_ready": (
        503,
        "`/readyz`: a part that nobody can be served without does not answer; `facts` names every part.",
    ),
    "unavailable.stopping": (503, "The server is stopping; ask again when it is back."),
    "unavailable.web": (503, "The web apps were not built into this installation."),
}
"""Codes that a door answers without an error of a room: status and meaning."""
DOOR_ANSWERS: Mapping[type[BusbarError], str] = {
    InvalidError: "400",
    NotFoundError: "404",
    LimitExceededError: "503",
    UnavailableError: "503",
}

DOOR_INTRODUCTION = """
## At the stations' door

A station that is not let in gets an HTTP answer to its upgrade. The reason stands in the log and, when the path names a
station, in its [wire log](../howto/connect-stations.md#when-a-station-does-not-come).

"""


@dataclass(frozen=True)
class KnownError:
    """An error class as the page shows it."""

    code: str
    kind: type[BusbarError]
    module: str
    status: int
    meaning: str
    facts: frozenset[str]


@cache
def list_modules() -> tuple[tuple[str, ast.Module], ...]:
    """Parse every module of the package, once; migrations are loaded by path and define no errors."""
    found: list[tuple[str, ast.Module]] = []
    for path in sorted((SOURCE / "busbar").rglob("*.py")):
        if "migrations" not in path.parts and "DO NOT EDIT" not in path.read_text(encoding="utf-8")[:500].upper():
            name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
            found.append((name, ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


def list_error_classes(tree: ast.Module) -> Iterator[str]:
    """Name the classes of a module that give themselves a code."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            targets = [target for line in node.body if isinstance(line, ast.Assign) for target in line.targets]
            if any(isinstance(target, ast.Name) and target.id == "code" for target in targets):
                yield node.name


def list_raised_facts(tree: ast.Module) -> Iterator[tuple[str, frozenset[str]]]:
    """Name the keywords that errors are made with: `Error("text", station_id=…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name.endswith("Error"):
                yield name, frozenset(keyword.arg for keyword in node.keywords if keyword.arg is not None)


@cache
def read_errors() -> list[KnownError]:
    """Read every error class of the package, in the order of codes."""
    trees = dict(list_modules())
    facts: dict[str, frozenset[str]] = {}
    for tree in trees.values():
        for name, keywords in list_raised_facts(tree):
            facts[name] = facts.get(name, frozenset()) | keywords
    found: list[KnownError] = []
    for module, tree in trees.items():
        for name in list_error_classes(tree):
            error = getattr(importlib.import_module(module), name)
            if issubclass(error, BusbarError) and error not in KINDS:
                found.append(describe(error, module=module, facts=facts.get(name, frozenset())))
    return sorted(found, key=lambda error: (error.code, error.module))


def describe(error: type[BusbarError], *, module: str, facts: frozenset[str]) -> KnownError:
    """Gather what the page says of an error class."""
    kind = next(kind for kind in KINDS if issubclass(error, kind))
    status = name_status(error.__new__(error))
    return KnownError(error.code, kind, module, status, flatten(error.__doc__ or ""), facts)


def list_answered_codes() -> set[str]:
    """Find the codes that doors of the API answer by themselves: literals given as `code` and the framework's."""
    found: set[str] = set()
    for module, tree in list_modules():
        if module.startswith("busbar.api"):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call):
                    given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                    found |= {str(value.value) for value in given if isinstance(value, ast.Constant) and value.value}
    return found


def is_of(error: KnownError, modules: tuple[str, ...]) -> bool:
    """Tell whether an error is defined in one of these modules or packages."""
    return error.module.startswith(modules)


def choose_meanings(kind: type[BusbarError], meanings: list[str]) -> list[str]:
    """Choose what is said of a code that several rooms have: the longest of those that begin alike."""
    chosen: dict[str, str] = {}
    for meaning in meanings:
        opening = "" if kind is NotFoundError else " ".join(meaning.split()[:3])
        chosen[opening] = max(chosen.get(opening, ""), meaning, key=len)
    return list(chosen.values())


def write_kind(kind: type[BusbarError], errors: list[KnownError]) -> str:
    """Write the section of one kind; errors of one code share a row."""
    rows: dict[str, tuple[str, ...]] = {}
    for code, same in groupby([error for error in errors if error.kind is kind], key=lambda error: error.code):
        group = list(same)
        meanings = choose_meanings(kind, [error.meaning for error in group])
        names = sorted(frozenset[str]().union(*(error.facts for error in group)))
        rows[code] = (f"`{code}`", str(group[0].status), " ".join(meanings), ", ".join(f"`{name}`" for name in names))
    for code, (status, meaning) in ANSWERED_ALONE.items():
        word = code.partition(".")[0]
        if word == kind.code or (kind is BusbarError and word == "internal"):
            rows[code] = (f"`{code}`", str(status), meaning, "")
    if not rows:
        return ""
    title, text = KINDS[kind]
    table = write_table(("code", "status", "meaning", "facts"), [rows[code] for code in sorted(rows)])
    return f"\n## {title}\n\n{text}\n\n{table}"


def write_door(errors: list[KnownError]) -> str:
    """Write what a station is answered that is not let in."""
    rows = [
        (
            f"`{error.code}`",
            "401" if "credentials" in error.code else DOOR_ANSWERS.get(error.kind, "403"),
            error.meaning,
        )
        for error in errors
    ]
    return DOOR_INTRODUCTION + write_table(("code", "status", "meaning"), rows)


def write_start(errors: list[KnownError]) -> str:
    """Write what the command line ends with."""
    rows = [(f"`{error.code}`", error.meaning) for error in errors]
    return "\n## At start\n\nThe command line prints these and ends.\n\n" + write_table(("code", "meaning"), rows)


def write_errors() -> str:
    """Write the page of all error codes."""
    errors = read_errors()
    door = [error for error in errors if is_of(error, DOOR_MODULES)]
    start = [error for error in errors if is_of(error, START_MODULES)]
    hidden = [error for error in errors if is_of(error, INSIDE) and error.code not in SHOWN_FROM_INSIDE]
    shown = [error for error in errors if error not in (*door, *start, *hidden)]
    kinds = "".join(write_kind(kind, shown) for kind in KINDS)
    return INTRODUCTION + kinds + write_door(door) + write_start(start)
