"""The house's own words: one name for each thing, no drawer for leftovers, the unit at the end."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, expect_none, is_generated, list_modules, name_of, parse

LEFTOVER_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "base", "misc", "stuff"}
FOREIGN_WORDS = {
    "charger": "station", "chargers": "stations", "chargebox": "station", "chargepoint": "station", "pile": "station",
    "gun": "connector", "badge": "id_token", "depot": "site", "setpoint": "power limit",
}  # fmt: skip
FOREIGN_NAMES = {
    "cp": "station", "cp_id": "station_id", "tx_id": "transaction_ref", "card_id": "id_token", "rfid_card": "id_token",
    "plug_id": "connector_id", "gun_id": "connector_id", "charge_point": "station", "charge_box": "station",
    "user": "driver or staff", "User": "driver or staff",
}  # fmt: skip
LONG_UNITS = {
    "seconds": "s", "secs": "s", "milliseconds": "ms", "millis": "ms", "minutes": "min", "hours": "h",
    "kwh": "wh, as an integer", "kw": "w, as an integer", "watts": "w", "amps": "ma, as an integer",
    "volts": "mv, as an integer",
}  # fmt: skip
FOREIGN_TEXT = re.compile(
    r"\b(charge ?box|charging pile|charge ?points?|chargers?|tx_id|depot|setpoint)\b", re.IGNORECASE
)


def is_translator(path: Path) -> bool:
    """A foreign word lives in `wire/` and where a dialect is spoken: `gateways/<door>/v*`, `simulator/v*/`."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] == "wire" or (
        parts[0] in {"gateways", "simulator"} and any(re.fullmatch(r"v\d+\w*(\.py)?", part) for part in parts)
    )


def list_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """List the names that a module gives: variables, attributes, functions, classes, parameters and keywords."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def split_name(name: str) -> list[str]:
    """Split a name into its words: `chargerId` and `charger_id` both hold `charger`."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def find_foreign_names(tree: ast.Module) -> list[str]:
    found: list[str] = []
    for line, name in list_names(tree):
        words = split_name(name)
        better = FOREIGN_NAMES.get(name) or next((FOREIGN_WORDS[word] for word in words if word in FOREIGN_WORDS), None)
        is_flag = words[:1] in (["is"], ["has"])
        if better is None and len(words) > 1 and not is_flag and words[-1] in LONG_UNITS:
            better = f"unit {LONG_UNITS[words[-1]]}"
        if better is not None:
            found.append(f"line {line}: {name}: say {better}")
    return found


def find_foreign_texts(source: str) -> list[str]:
    found: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in {tokenize.COMMENT, tokenize.STRING}:
            found += [f"line {token.start[0]}: {match}" for match in FOREIGN_TEXT.findall(token.string)]
    return found


def list_own_modules() -> list[Path]:
    modules = list_modules("src/busbar")
    return [path for path in modules if not is_translator(path) and not is_generated(path)]


def test_no_module_is_a_drawer_for_leftovers():
    paths = list_modules("src", "tools", "tests", "bench", "chaos")
    drawers = [
        path for path in paths if LEFTOVER_NAMES & set(path.relative_to(PACKAGE.parents[1]).with_suffix("").parts)
    ]
    assert [name_of(path) for path in drawers] == []


def test_names_are_the_house_words():
    found = {name_of(path): find_foreign_names(parse(path)) for path in list_own_modules()}
    expect_none(found)


def test_comments_and_texts_are_in_the_house_words():
    found = {name_of(path): find_foreign_texts(path.read_text(encoding="utf-8")) for path in list_own_modules()}
    expect_none(found)


@pytest.mark.parametrize(
    ("source", "better"),
    [
        ("charger_id = 1", "station"),
        ("def stop(tx_id): ...", "transaction_ref"),
        ("class ChargeBox: ...", None),
        ("class Chargebox: ...", "station"),
        ("timeout_seconds = 3", "unit s"),
        ("self.energy_kwh = 3", "unit wh, as an integer"),
        ("seconds = 3", None),
        ("is_kwh = unit == 'kWh'", None),
        ("station_id = gun", None),
    ],
)
def test_the_rule_finds_foreign_names(source, better):
    found = find_foreign_names(ast.parse(source))
    assert [problem.rpartition("say ")[2] for problem in found] == ([] if better is None else [better])


def test_the_rule_finds_foreign_texts():
    assert find_foreign_texts('x = 1  # one per charger\n"""The Charge Point."""\n') == [
        "line 1: charger",
        "line 2: Charge Point",
    ]
    assert find_foreign_texts("# a discharger is another thing\n") == []
