"""What an edit changed: each field with what it was and what it is. For the audit log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

Edits = dict[str, dict[str, object]]
PATHS_MAX = 20
"""Places of a document that are told one by one."""
VALUE_MAX_CHARS = 60
PATH_MAX_CHARS = 80
ITEMS_MAX = 20
"""Of a list that is one value."""


def list_edits(before: object, after: object, fields: Iterable[str]) -> Edits:
    """Return which of these fields differ between two things of a kind. A thing that is new was nothing before."""
    pairs = {field: (None if before is None else getattr(before, field), getattr(after, field)) for field in fields}
    return {
        field: {"from": _cut(was), "to": _cut(becomes)} for field, (was, becomes) in pairs.items() if was != becomes
    }


def list_document_edits(before: object, after: object) -> Edits:
    """Return where two documents (as JSON has them) differ, by the path to each place: `elements.0.price`.

    Long values are cut, and after some places only their number is told, under `…`.
    """
    found: Edits = {}
    left = 0
    for path, was, becomes in _walk(before, after, ""):
        if len(found) < PATHS_MAX:
            found[path[:PATH_MAX_CHARS] or "."] = {"from": _shorten(was), "to": _shorten(becomes)}
        else:
            left += 1
    if left:
        found["…"] = {"from": None, "to": left}
    return found


def _walk(before: object, after: object, path: str) -> Iterator[tuple[str, object, object]]:
    if before == after:
        return
    was, becomes = _open(before), _open(after)
    if not was and not becomes:
        yield path, before, after
        return
    for name in sorted({*was, *becomes}, key=str):
        yield from _walk(was.get(name), becomes.get(name), f"{path}.{name}" if path else str(name))


def _open(value: object) -> Mapping[object, object]:
    """Return what a document holds, by name or place; of anything else nothing."""
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return cast("Mapping[object, object]", dict(enumerate(cast("Sequence[Any]", value))))
    return {}


def _cut(value: object) -> object:
    if not isinstance(value, tuple | list):
        return value
    items = cast("Sequence[object]", value)
    return [*items[:ITEMS_MAX], f"… {len(items) - ITEMS_MAX}"] if len(items) > ITEMS_MAX else items


def _shorten(value: object) -> object:
    if isinstance(value, str) and len(value) > VALUE_MAX_CHARS:
        return value[: VALUE_MAX_CHARS - 1] + "…"
    return value
