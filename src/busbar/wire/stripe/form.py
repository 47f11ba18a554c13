"""Forms with brackets: `line_items[0][price_data][currency]=eur`."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from busbar.kernel.errors import InvalidError

FIELDS_MAX = 500
DEPTH_MAX = 8

Tree = dict[str, "Tree | str"]


class FormError(InvalidError):
    """A form that cannot be read."""

    code = "invalid.form"


def encode_form(fields: Mapping[str, Any]) -> str:
    """Write nested fields as a form. None is left out; booleans are `true` and `false`."""
    return urlencode(_flatten(fields))


def _flatten(value: Any, path: str = "") -> list[tuple[str, str]]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        return [pair for name in members for pair in _flatten(members[name], f"{path}[{name}]" if path else name)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = cast("Sequence[Any]", value)
        return [pair for number, item in enumerate(items) for pair in _flatten(item, f"{path}[{number}]")]
    if isinstance(value, bool):
        return [(path, "true" if value else "false")]
    return [(path, str(value))]


def decode_form(body: bytes | str) -> Tree:
    """Read a form into nested fields; list positions are names. Errors: `invalid.form`."""
    try:
        text = body.decode() if isinstance(body, bytes) else body
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=FIELDS_MAX)
    except (UnicodeError, ValueError) as error:
        raise FormError("this is no form", cause=str(error)) from None
    tree: Tree = {}
    for name, value in pairs:
        _put(tree, _split(name), value)
    return tree


def _split(name: str) -> list[str]:
    head, *rest = name.split("[")
    if len(rest) >= DEPTH_MAX or not head or any(not part.endswith("]") for part in rest):
        raise FormError("a field has no readable name", field=name[:100])
    return [head, *(part[:-1] for part in rest)]


def _put(tree: Tree, path: list[str], value: str) -> None:
    for name in path[:-1]:
        below = tree.setdefault(name, {})
        if isinstance(below, str):
            raise FormError("a field is a value and a group", field=name[:100])
        tree = below
    if isinstance(tree.get(path[-1]), dict):
        raise FormError("a field is a value and a group", field=path[-1][:100])
    tree[path[-1]] = value


def read_text(tree: Tree, *path: str) -> str | None:
    """Return the text at this place, if there is one."""
    value: Tree | str | None = tree
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value if isinstance(value, str) else None


def read_group(tree: Tree, *path: str) -> dict[str, str]:
    """Return the texts of a group, such as `metadata`; an absent one is empty."""
    value: Tree | str | None = tree
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return {name: text for name, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}
