"""One place reads the clock; no float touches energy or money."""

import ast
import re
from pathlib import Path

import pytest

from busbar.rating.lines import DIGITS
from tests.house.sources import PACKAGE, ROOT, expect_none, list_modules, name_of, parse

CLOCK_ROOM = PACKAGE / "adapters" / "system"
CLOCK_CALLS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time"),
    ("time", "time_ns"), ("time", "monotonic"), ("time", "monotonic_ns"), ("time", "perf_counter"),
    ("time", "perf_counter_ns"), ("time", "localtime"), ("time", "gmtime"), ("func", "now"),
    ("func", "current_timestamp"),
}  # fmt: skip
EXACT_ROOMS = ("src/busbar/canon", "src/busbar/domain", "src/busbar/rating")


def find_clock_reads(tree: ast.Module) -> list[str]:
    """Name the places that read a clock: the system's, or the database's in place of it."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in CLOCK_CALLS:
                found.append(f"line {node.lineno}: {owner}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            names = [alias.name for alias in node.names if ("time", alias.name) in CLOCK_CALLS]
            found += [f"line {node.lineno}: from time import {name}" for name in names]
    return found


def find_floats(tree: ast.Module) -> list[str]:
    """Name the places that use a float: as a type, as a number written down, or by conversion."""
    names = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "float"]
    numbers = [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    return [f"line {line}: float" for line in sorted(names + numbers)]


def list_clockless_modules() -> list[Path]:
    return [path for path in list_modules("src/busbar") if not path.is_relative_to(CLOCK_ROOM)]


def test_only_the_system_adapter_reads_the_clock():
    found = {name_of(path): find_clock_reads(parse(path)) for path in list_clockless_modules()}
    expect_none(found)


def test_energy_and_money_are_whole_numbers():
    found = {name_of(path): find_floats(parse(path)) for path in list_modules(*EXACT_ROOMS)}
    expect_none(found)


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nx = datetime.now(UTC)",
        "import datetime\nx = datetime.datetime.utcnow()",
        "import time\nx = time.monotonic()",
        "from time import time_ns",
        "class Row:\n    at = field(default_factory=time.time)",
        "x = sa.func.now()",
    ],
)
def test_the_rule_finds_a_clock(source):
    assert len(find_clock_reads(ast.parse(source))) == 1


def test_the_rule_leaves_a_handed_clock_alone():
    assert find_clock_reads(ast.parse("now = clock.now()\nlate = loop.time() + 3\ntime.sleep(1)")) == []


@pytest.mark.parametrize(
    "source", ["energy_wh: float = 0", "price = 0.25", "x = float(text)", "def f(x: float | None): ..."]
)
def test_the_rule_finds_a_float(source):
    assert len(find_floats(ast.parse(source))) == 1


def test_the_rule_leaves_whole_numbers_and_decimals_alone():
    assert find_floats(ast.parse("energy_wh: int = 0\nprice = Decimal('0.25')")) == []


def test_pages_count_minor_units_as_the_server_does():
    source = (ROOT / "web" / "kit" / "src" / "format" / "currency.ts").read_text(encoding="utf-8")
    assert {name: int(digits) for name, digits in re.findall(r"^  ([A-Z]{3}): (\d),$", source, re.MULTILINE)} == DIGITS
