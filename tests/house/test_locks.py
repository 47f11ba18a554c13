"""The hash locks hold what pyproject.toml asks for, at one version each."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.sources import ROOT, expect_none

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = [("requirements.lock", "run"), ("requirements-scale.lock", None), ("requirements-dev.lock", "dev")]
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


def read_pins(lock: str) -> dict[str, str]:
    return {canonicalize_name(match["name"]): match["version"] for match in PIN.finditer(lock)}


def list_wanted(group: str | None) -> list[str]:
    """List the requirements of the project, and of a dependency group with those it includes."""
    wanted: list[str] = list(PROJECT["project"]["dependencies"])
    groups = [group] if group else []
    while groups:
        for entry in PROJECT["dependency-groups"][groups.pop()]:
            if isinstance(entry, str):
                wanted.append(entry)
            else:
                groups.append(entry["include-group"])
    return wanted


def find_unmet(wanted: list[str], pins: dict[str, str]) -> list[str]:
    found: list[str] = []
    for requirement in map(Requirement, wanted):
        version = pins.get(canonicalize_name(requirement.name))
        if version is None or version not in requirement.specifier:
            found.append(f"{requirement} against {version or 'nothing'}: run make lock")
    return found


def find_unhashed(lock: str) -> list[str]:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.strip())
    return [block.split()[0] for block in blocks if "--hash=sha256:" not in block]


def read_lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("lock", "group"), LOCKS)
def test_a_lock_holds_what_the_project_asks_for(lock, group):
    expect_none({lock: find_unmet(list_wanted(group), read_pins(read_lock(lock)))})
    expect_none({lock: [f"{name} has no hash" for name in find_unhashed(read_lock(lock))]})


def test_the_image_has_every_extra():
    extras = [wish for wishes in PROJECT["project"]["optional-dependencies"].values() for wish in wishes]
    expect_none({"requirements-scale.lock": find_unmet(extras, read_pins(read_lock("requirements-scale.lock")))})


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-scale.lock"])
def test_all_locks_hold_the_same_versions(lock):
    pins, dev = read_pins(read_lock(lock)), read_pins(read_lock("requirements-dev.lock"))
    assert {name: version for name, version in pins.items() if dev.get(name) != version} == {}


def test_the_rules_find_what_is_unmet_or_unhashed():
    pins = read_pins(
        "Attrs==23.1 \\\n    --hash=sha256:00\nfoo-bar==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
    )
    assert pins == {"attrs": "23.1", "foo-bar": "1.0"}
    assert find_unmet(["attrs>=22", "foo_bar[x]<2"], pins) == []
    assert len(find_unmet(["attrs>=24", "baz"], pins)) == 2
    assert find_unhashed("attrs==23.1 \\\n    --hash=sha256:00\nbaz==1\n") == ["baz==1"]
