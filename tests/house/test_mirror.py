"""Unit tests mirror the source: what is pure and decides is tested beside its name."""

from pathlib import Path

import pytest

from tests.house.sources import (
    PACKAGE,
    PURE_ROOMS,
    ROOT,
    expect_none,
    has_logic,
    is_generated,
    list_modules,
    name_of,
    parse,
)

UNIT = ROOT / "tests" / "unit"
TOOLS = ROOT / "tools"


def must_be_mirrored(path: Path) -> bool:
    """Tell whether a module owes a unit test: pure rooms, domain models, a gateway's translators, the settings."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    is_pure = parts[0] in PURE_ROOMS
    is_model = parts[0] == "domain" and parts[2:3] == ("model",)
    is_translator = parts[0] == "gateways" and parts[-1].startswith("v") and parts[-1][1:2].isdigit()
    is_settings = parts == ("app", "config")
    return is_pure or is_model or is_translator or is_settings


def find_tests_of(path: Path, *, unit: Path) -> list[Path]:
    """Find the unit tests of a module: `test_<module>.py` or `test_<module>_<topic>.py` in the mirrored directory.

    A package's `__init__` is tested under the package's own name, one directory up or within.
    """
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if parts[-1] == "__init__":
        parts = parts[:-1]
    directory, name = unit.joinpath(*parts[:-1]), parts[-1]
    places = [directory, directory / name]
    return [test for place in places for test in place.glob(f"test_{name}*.py") if is_named_after(test, name)]


def is_named_after(test: Path, name: str) -> bool:
    return test.stem == f"test_{name}" or test.stem.startswith(f"test_{name}_")


def test_what_decides_has_unit_tests():
    modules = [path for path in list_modules("src/busbar") if must_be_mirrored(path) and not is_generated(path)]
    deciding = [path for path in modules if has_logic(parse(path))]
    missing = [path for path in deciding if not find_tests_of(path, unit=UNIT)]
    expect_none(
        {name_of(path): [f"no tests/unit/{path.parent.relative_to(PACKAGE)}/test_{path.name}"] for path in missing}
    )


def mirrors_something(directory: Path) -> bool:
    """Tell whether a directory of unit tests stands for a place in the package, in `tools/` or in `bench/`."""
    if directory.parts[:1] in {("tools",), ("bench",)}:
        return (ROOT / directory).is_dir()
    return (PACKAGE / directory).exists() or (PACKAGE / directory).with_suffix(".py").exists()


def test_every_directory_of_unit_tests_mirrors_one_of_the_source():
    directories = {
        path.parent.relative_to(UNIT) for path in list_modules("tests/unit") if path.name.startswith("test_")
    }
    assert [str(directory) for directory in directories if not mirrors_something(directory)] == []


@pytest.mark.parametrize(
    ("module", "is_owed"),
    [
        ("kernel/ids.py", True),
        ("wire/ocppj/frames.py", True),
        ("domain/access/model.py", True),
        ("domain/access/model/tokens.py", True),
        ("domain/access/service.py", False),
        ("gateways/ocpp/v16.py", True),
        ("gateways/ocpp/v201/transactions.py", False),
        ("gateways/ocpp/server.py", False),
        ("app/config.py", True),
        ("app/wiring.py", False),
    ],
)
def test_the_rule_names_what_owes_a_test(module, is_owed):
    assert must_be_mirrored(PACKAGE / module) is is_owed


def test_the_rule_misses_no_missing_test(tmp_path):
    module = PACKAGE / "kernel" / "ids.py"
    (tmp_path / "kernel").mkdir()
    (tmp_path / "kernel" / "test_idsofothers.py").touch()
    assert find_tests_of(module, unit=tmp_path) == []
    (tmp_path / "kernel" / "test_ids_order.py").touch()
    assert len(find_tests_of(module, unit=tmp_path)) == 1
