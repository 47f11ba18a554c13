"""JSON that stations wrote, on its way to a screen."""

from collections.abc import Iterable
from typing import Any, cast

import msgspec

DEPTH_MAX = 100
"""What is nested much deeper cannot be written again: pydantic stops at 255, with all that is around it."""


def read_json(text: str) -> Any:
    """Return what a JSON text says; a text that is none, or is nested too deeply, comes back as it is."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    return text if is_deep(value) else value


def is_deep(value: object) -> bool:
    """Tell whether JSON is nested deeper than `DEPTH_MAX`."""
    level: list[object] = [value]
    for _ in range(DEPTH_MAX):
        level = [item for part in level for item in _list_parts(part)]
        if not level:
            return False
    return True


def _list_parts(part: object) -> Iterable[object]:
    if isinstance(part, dict):
        return cast("dict[str, object]", part).values()
    return cast("list[object]", part) if isinstance(part, list) else ()
