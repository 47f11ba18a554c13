"""What the house tests read: the files of the working copy and their syntax trees."""

import ast
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "busbar"
PURE_ROOMS = ("kernel", "canon", "wire", "rating", "planning")
FLOORS_OF_ROOMS = ("domain", "gateways", "adapters", "wire")
TEXT_SUFFIXES = {
    "", ".cfg", ".css", ".html", ".json", ".lock", ".md", ".mjs", ".py", ".service", ".sh", ".svg", ".toml", ".ts",
    ".tsx", ".txt", ".yaml", ".yml",
}  # fmt: skip


@cache
def list_files() -> tuple[Path, ...]:
    """List every file of the working copy that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = {ROOT / name for name in listing.split("\0") if name}
    return tuple(sorted(path for path in paths if path.is_file()))


def list_texts() -> list[Path]:
    """List the files written by people or tools as text."""
    return [path for path in list_files() if path.suffix in TEXT_SUFFIXES]


def list_modules(*places: str) -> list[Path]:
    """List the Python files under `places` (from the root of the working copy)."""
    roots = [ROOT / place for place in places]
    return [path for path in list_files() if path.suffix == ".py" and any(path.is_relative_to(root) for root in roots)]


def name_of(path: Path) -> str:
    """Name a file in a violation: its path from the root, or its last part outside the working copy."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def expect_none(found: Mapping[str, Sequence[str]]) -> None:
    """Fail with one line per fault, none left out, when any file has one."""
    faults = [f"{name}: {fault}" for name, faults in found.items() for fault in faults]
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def is_generated(path: Path) -> bool:
    """Tell whether a tool wrote the file: the wire structs and the web's API client say so in their first lines."""
    with path.open(encoding="utf-8") as file:
        opening = "".join(line for _, line in zip(range(5), file, strict=False)).lower()
    return "do not edit" in opening


@cache
def parse(path: Path) -> ast.Module:
    """Parse a module, once for all tests: nobody changes the tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def list_imports(tree: ast.AST) -> Iterator[str]:
    """Name every module that is imported anywhere in the tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def has_logic(tree: ast.Module) -> bool:
    """Tell whether a module decides anything: a function that does more than declare (`...`, a docstring, `pass`)."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not all(is_declaration(line) for line in node.body)
        for node in ast.walk(tree)
    )


def is_declaration(line: ast.stmt) -> bool:
    """Tell whether a statement does nothing: a docstring, `...` or `pass`."""
    return isinstance(line, ast.Pass) or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))


def list_rooms() -> list[Path]:
    """List the packages that are rooms: the floors, and on a floor of rooms each package of it."""
    floors = [path for path in sorted(PACKAGE.iterdir()) if (path / "__init__.py").is_file()]
    rooms = [floor for floor in floors if floor.name not in FLOORS_OF_ROOMS]
    for name in FLOORS_OF_ROOMS:
        rooms += [path for path in sorted((PACKAGE / name).glob("*")) if (path / "__init__.py").is_file()]
    return rooms
