"""Every room says what it is; every domain room has the same floor plan."""

from pathlib import Path

import pytest

from tests.house.sources import PACKAGE, expect_none, list_rooms, name_of

FLOOR_PLAN = ("model", "store", "service", "sql")
README_LINES_MAX = 60
MODULES_WITH_NO_ROOM = {"__init__", "cli"}


def find_missing_plan(room: Path) -> list[str]:
    """Name the parts of the floor plan that a domain room lacks; each is a module or a package."""
    return [part for part in FLOOR_PLAN if not (room / f"{part}.py").is_file() and not (room / part).is_dir()]


def find_readme_faults(room: Path) -> list[str]:
    readme = room / "README.md"
    if not readme.is_file():
        return ["no README.md"]
    lines = readme.read_text(encoding="utf-8").splitlines()
    faults = [] if lines and lines[0].startswith("# ") else ["does not begin with a title"]
    if len(lines) > README_LINES_MAX:
        faults.append(f"{len(lines)} lines: a room's README is short")
    if not any(line.strip() and not line.startswith("#") for line in lines):
        faults.append("says nothing")
    return faults


def test_every_room_has_a_readme():
    found = {name_of(room): find_readme_faults(room) for room in list_rooms()}
    expect_none(found)


def test_every_domain_room_has_the_floor_plan():
    rooms = [path for path in sorted((PACKAGE / "domain").iterdir()) if (path / "__init__.py").is_file()]
    found = {name_of(room): find_missing_plan(room) for room in rooms}
    expect_none(found)


def test_no_module_lives_outside_a_room():
    strays = [path.name for path in PACKAGE.glob("*.py") if path.stem not in MODULES_WITH_NO_ROOM]
    assert strays == []


def test_no_room_is_empty():
    empty = [
        room for room in list_rooms() if not [path for path in room.rglob("*.py") if path.read_text(encoding="utf-8")]
    ]
    assert [name_of(room) for room in empty] == []


def test_the_rule_finds_a_missing_part(tmp_path):
    for part in ("model", "service"):
        (tmp_path / f"{part}.py").touch()
    (tmp_path / "sql").mkdir()
    assert find_missing_plan(tmp_path) == ["store"]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (None, ["no README.md"]),
        ("# access\n", ["says nothing"]),
        ("It decides.\n", ["does not begin with a title"]),
        ("# access\n\nIt decides.\n", []),
    ],
)
def test_the_rule_finds_a_poor_readme(text, faults, tmp_path):
    if text is not None:
        (tmp_path / "README.md").write_text(text)
    assert find_readme_faults(tmp_path) == faults
