"""The import law, shown to hold and shown to bite; what import-linter cannot see is read from the syntax trees."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, PURE_ROOMS, ROOT, expect_none, list_imports, list_modules, name_of, parse

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def find_foreign_imports(path: Path) -> list[str]:
    """Name what a module of the kernel imports beyond the standard library and the kernel."""
    imports = list_imports(parse(path))
    return [
        name
        for name in imports
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("busbar.kernel")
    ]


def list_pure_sources() -> list[str]:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    return next(contract["source_modules"] for contract in contracts if contract["name"].startswith("Pure"))


def lint(root: Path, files: dict[str, str]) -> str:
    """Run the contracts of pyproject.toml over a small package called busbar; return the report."""
    config = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (root / "pyproject.toml").write_text(config[config.index("[tool.importlinter]") :], encoding="utf-8")
    for name, source in {
        "kernel.time_of": "",
        "canon.nouns": "",
        "wire.frames": "",
        "rating.rate": "",
        **files,
    }.items():
        module = root / "busbar" / Path(*name.split("."))
        module.parent.mkdir(parents=True, exist_ok=True)
        for package in [module.parent, *module.parent.parents]:
            if package.is_relative_to(root / "busbar"):
                (package / "__init__.py").touch()
        module.with_suffix(".py").write_text(source, encoding="utf-8")
    command = [LINT_IMPORTS, "--no-cache", "--config", "pyproject.toml"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(root)})
    return done.stdout + done.stderr


def test_the_kernel_needs_the_standard_library_only():
    found = {name_of(path): find_foreign_imports(path) for path in list_modules("src/busbar/kernel")}
    expect_none(found)


def test_the_kernel_rule_finds_a_foreign_import(tmp_path):
    module = tmp_path / "ids.py"
    module.write_text("import msgspec\nfrom busbar.kernel.clock import Clock\nimport uuid\nimport busbar.canon\n")
    assert find_foreign_imports(module) == ["msgspec", "busbar.canon"]


def test_every_pure_room_stands_in_the_contract():
    rooms = [f"busbar.{name}" for name in PURE_ROOMS if (PACKAGE / name / "__init__.py").is_file()]
    assert set(rooms) <= set(list_pure_sources())


def test_the_law_has_no_exceptions():
    for contract in PROJECT["tool"]["importlinter"]["contracts"]:
        assert not {"ignore_imports", "exhaustive_ignores", "skip_descendants"} & set(contract), contract["name"]
    assert "exclude_type_checking_imports" not in PROJECT["tool"]["importlinter"]


def test_a_lawful_house_is_kept(tmp_path):
    report = lint(tmp_path, {"domain.sessions.model": "import busbar.canon.nouns", "app.core": "import asyncio"})
    assert "9 kept, 0 broken" in report, report


@pytest.mark.parametrize(
    ("contract", "files"),
    [
        ("Floors", {"db.engine": "", "ports.bus": "import busbar.db.engine"}),
        ("Floors", {"gateways.ocpp.server": "", "domain.access.sql": "import busbar.gateways.ocpp.server"}),
        ("Floors", {"drawer.leftovers": ""}),
        ("Rooms", {"domain.access.model": "", "domain.sessions.service": "import busbar.domain.access.model"}),
        ("Rooms", {"gateways.ocpp.server": "", "gateways.ykc.server": "import busbar.gateways.ocpp.server"}),
        ("Rooms", {"adapters.redis.feed": "", "adapters.memory.feed": "import busbar.adapters.redis.feed"}),
        ("Plan", {"domain.access.sql": "", "domain.access.service": "import busbar.domain.access.sql"}),
        ("Plan", {"domain.access.store": "", "domain.access.model": "import busbar.domain.access.store"}),
        ("Pure", {"kernel.ids": "import random"}),
        ("Pure", {"domain.access.model": "from sqlalchemy import select"}),
        ("Pure", {"db.engine": "import sqlalchemy", "domain.access.model": "import busbar.db.engine"}),
        ("Pure", {"rating.lines": "import time"}),
        ("Wire", {"wire.ocppj.frames": "import busbar.canon.nouns"}),
        ("Simulator", {"simulator.station": "import busbar.canon.nouns"}),
        ("Circles", {"domain.access.a.one": "import busbar.domain.access.b.two",
                     "domain.access.b.two": "import busbar.domain.access.a.one"}),
    ],
)  # fmt: skip
def test_a_breach_is_found(contract, files, tmp_path):
    report = lint(tmp_path, files)
    broken = [line for line in report.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), report
