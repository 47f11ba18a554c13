"""The reference page of messages, read from the classes in `canon` and their docstrings."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import ModuleType, NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from busbar import canon
from busbar.canon.message import Command, Fact, Message, Report, Signal
from page_text import flatten, write_table
from steps import ROOT

T = TypeVar("T")

MESSAGES_PAGE = ROOT / "docs" / "reference" / "messages.md"

INTRODUCTION = """# Messages

<!-- Written by tools/reference.py from src/busbar/canon: do not edit, run `make reference`. -->

Everything that crosses between rooms: see [the house](../house.md). A *Report* is a claim of a station, a *Command* a
wish with one handler and a typed reply, a *Fact* a decision of ours, a *Signal* a lossy live update. `?` marks a field
that may be empty, `[]` a list. Quantities are whole, their unit is the end of their name; instants are UTC.

Live streams carry facts and signals under these names, with these fields; see
[use the API](../howto/use-the-api.md#live-events). Every message is stored and sent with a tag: its name and `/1`.
"""

KINDS: tuple[tuple[type[Message], str], ...] = (
    (Report, "Reports"),
    (Command, "Commands"),
    (Fact, "Facts"),
    (Signal, "Signals"),
)
COMMON: dict[type[Message], str] = {
    Report: "Every report has `report_id`, `station_id` and `received_at` (our time) as well.",
    Fact: "Every fact has `operator_id` and `at` as well.",
    Signal: "Every signal has `operator_id` and `at` as well.",
}
WORDS: dict[Any, str] = {
    str: "text",
    int: "number",
    bool: "flag",
    bytes: "bytes",
    datetime: "instant",
    Decimal: "decimal",
    NoneType: "nothing",
    Any: "anything",
}
BASES = (Report, Command, Fact, Signal)


def list_canon() -> Iterator[ModuleType]:
    """Import the modules of the common language."""
    for found in pkgutil.iter_modules(canon.__path__):
        yield importlib.import_module(f"{canon.__name__}.{found.name}")


def list_classes(module: ModuleType, kind: type[T]) -> list[type[T]]:
    """List the classes of a kind that a module defines, as they stand there; bases of others are left out."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, kind) and value.__module__ == module.__name__
    ]
    return [value for value in found if value not in (*BASES, Message) and not value.__subclasses__()]


def name_type(annotation: Any) -> str:
    """Write a type for people: `text?`, `Sample[]`."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        known = [name_type(one) for one in inner if one is not NoneType]
        shown = known[0] if len(known) == 1 else "one of " + ", ".join(known)
        return shown + ("?" if NoneType in inner else "")
    if origin is tuple:
        return f"{name_type(inner[0])}[]"
    if origin is not None:
        return f"{name_type(origin)}[{', '.join(map(name_type, inner))}]"
    return WORDS.get(annotation) or str(getattr(annotation, "__name__", annotation))


def name_reply(message: type[Any]) -> str:
    """Write what a report or command is answered with."""
    for parent in getattr(message, "__orig_bases__", ()):
        if get_origin(parent) in (Report, Command):
            return name_type(get_args(parent)[0])
    return ""


def list_own_fields(message: type[Any], kind: type[Message]) -> str:
    """Write the fields of a message beside those that all of its kind have."""
    hints = get_type_hints(message)
    common = {field.name for field in msgspec.structs.fields(kind)}
    names = [field.name for field in msgspec.structs.fields(message) if field.name not in common]
    return ", ".join(f"`{name}`: {name_type(hints[name])}" for name in names)


def describe(message: type[Any], kind: type[Message]) -> tuple[str, ...]:
    """Write the row of one message."""
    row = (f"`{message.__name__}`", flatten(inspect.getdoc(message) or ""), list_own_fields(message, kind))
    return (*row, name_reply(message)) if kind in (Report, Command) else row


def write_kind(kind: type[Message], title: str) -> str:
    """Write the section of one kind, a table a topic."""
    text = f"\n## {title}\n"
    if kind in COMMON:
        text += f"\n{COMMON[kind]}\n"
    heads = ("message", "meaning", "fields", "reply") if kind in (Report, Command) else ("message", "meaning", "fields")
    for module in list_canon():
        messages = list_classes(module, kind)
        if messages:
            topic = module.__name__.rpartition(".")[2]
            text += f"\n### {title} of {topic}\n\n" + write_table(heads, [describe(one, kind) for one in messages])
    return text


def write_words() -> str:
    """Write the words that fields may hold."""
    rows = [
        (f"`{word.__name__}`", flatten(inspect.getdoc(word) or ""), ", ".join(f"`{item.value}`" for item in word))
        for module in list_canon()
        for word in list_classes(module, StrEnum)
    ]
    return "\n## Words\n\n" + write_table(("type", "meaning", "values"), rows)


def write_messages() -> str:
    """Write the page of all messages."""
    return INTRODUCTION + "".join(write_kind(kind, title) for kind, title in KINDS) + write_words()
