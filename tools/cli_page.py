"""The reference page of the command line, read from the functions behind the commands."""

import inspect
from collections.abc import Callable, Iterator
from enum import EnumType
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer

from busbar.app.doctor.finding import EXIT_CODES
from busbar.cli import EXIT_CONFIG, EXIT_START, app
from page_text import flatten, write_table
from steps import ROOT

CLI_PAGE = ROOT / "docs" / "reference" / "cli.md"

INTRODUCTION = f"""# The command line

<!-- Written by tools/reference.py from src/busbar/cli.py: do not edit, run `make reference`. -->

`busbar COMMAND --help` prints the same. Every command reads the [settings](settings.md) of the installation;
`--data-dir`, `--http-port` and `--ocpp-port` of `busbar up` go before all other places of a setting. In a working copy
the command is `.venv/bin/busbar`, and `make up` keeps its data in `.busbar`: give the other commands
`BUSBAR_DATA_DIR=.busbar` there.

A command ends with 0 when it did its work and with {EXIT_CONFIG} when a setting or an option is refused; `busbar up`
ends with {EXIT_START} when it cannot start. `busbar doctor` ends with {EXIT_CODES["ok"]} when all is well, with
{EXIT_CODES["warn"]} when something should be mended, and with {EXIT_CODES["bad"]} when something must be.
"""

KINDS: dict[object, str] = {str: "text", int: "whole number", float: "number", bool: "", Path: "path"}


def name_command(callback: Callable[..., Any], given: str | None) -> str:
    """Name a command as it is typed."""
    return given or callback.__name__.replace("_", "-")


def name_choice(choice: Any) -> str:
    """Write a choice as it is typed."""
    return str(choice.value)


def describe_kind(annotation: object, info: Any) -> str:
    """Write what a value may be: its kind, its bounds, its choices."""
    options = [option for option in get_args(annotation) if option is not type(None)] or [annotation]
    kind: object = options[0]
    if isinstance(kind, EnumType):
        return ", ".join(f"`{name_choice(choice)}`" for choice in kind)
    bounds = [f"{word} {bound}" for word, bound in (("from", info.min), ("to", info.max)) if bound is not None]
    inner: object = next(iter(get_args(kind)), kind)
    return " ".join([KINDS.get(inner, ""), *bounds]).strip()


def write_flags(name: str, kind: object, info: Any) -> str:
    """Write an option or argument as it is typed."""
    if isinstance(info, typer.models.ArgumentInfo):
        return f"`{name.upper()}`"
    flag = f"--{name.replace('_', '-')}"
    # typer takes the first name given in an annotation for a default, and puts that right only when it runs
    given = [one for one in (info.default, *(info.param_decls or ())) if isinstance(one, str)]
    names = given or ([flag, f"--no-{flag[2:]}"] if kind is bool else [flag])
    return " or ".join(f"`{one}`" for one in names)


def describe_parameter(name: str, annotation: Any, parameter: inspect.Parameter) -> tuple[str, str, str, str]:
    """Write the row of one option or argument."""
    kind, info = get_args(annotation)[:2]
    default = parameter.default
    is_needed = default is inspect.Parameter.empty
    is_shown = not is_needed and default is not None and default is not False
    default_text = "required" if is_needed else f"`{default}`" if is_shown else ""
    return write_flags(name, kind, info), describe_kind(kind, info), default_text, flatten(info.help or "")


def write_command(callback: Callable[..., Any], given: str | None) -> str:
    """Write the section of one command."""
    hints = get_type_hints(callback, include_extras=True)
    parameters = inspect.signature(callback).parameters
    rows = [describe_parameter(name, hints[name], parameter) for name, parameter in parameters.items()]
    text = f"\n## busbar {name_command(callback, given)}\n\n{inspect.getdoc(callback) or ''}\n"
    return text + ("\n" + write_table(("option", "value", "default", "meaning"), rows) if rows else "")


def write_cli() -> str:
    """Write the page of all commands, in the order in which `busbar --help` lists them."""
    return INTRODUCTION + "".join(write_command(callback, name) for callback, name in list_commands(app))


def list_commands(group: typer.Typer, prefix: str = "") -> Iterator[tuple[Callable[..., Any], str]]:
    """List the commands of a group with their names as they are typed, then those of the groups within."""
    for info in group.registered_commands:
        if info.callback is not None:
            yield info.callback, f"{prefix}{name_command(info.callback, info.name)}"
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from list_commands(inner.typer_instance, f"{prefix}{inner.name} ")
