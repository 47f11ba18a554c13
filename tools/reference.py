"""Write the generated pages of docs/reference: `reference.py`; `make reference` calls it, a house test compares."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from busbar.app.config import CONFIG_FILE_NAME, CONFIG_FILE_VARIABLE, ENV_PREFIX, Settings
from cli_page import CLI_PAGE, write_cli
from dashboard import DASHBOARD, write_dashboard
from error_page import ERRORS_PAGE, write_errors
from message_page import MESSAGES_PAGE, write_messages
from metric_page import METRICS_PAGE, write_metrics
from steps import ROOT

SETTINGS_PAGE = ROOT / "docs" / "reference" / "settings.md"

SETTINGS_INTRODUCTION = f"""# Settings

<!-- Written by tools/reference.py from src/busbar/app/config.py: do not edit, run `make reference`. -->

A setting is taken from the command line, else from the environment, else from a TOML file, else its default holds. The
file is the one that `{CONFIG_FILE_VARIABLE}` names, else `{CONFIG_FILE_NAME}` in the data directory, else
`{CONFIG_FILE_NAME}` in the current directory; in it, a setting has the variable's name in small letters without
`{ENV_PREFIX}`. An unknown or wrong setting is refused at start. `busbar config` prints what is in force and from where.

| variable | default | allowed | meaning |
|---|---|---|---|
"""


def describe_default(name: str, field: FieldInfo) -> str:
    """Write a setting's default, the same on every machine."""
    if name == "data_dir":
        return "`~/.local/share/busbar`"
    return "" if field.default is None else f"`{field.default}`"


def describe_allowed(field: FieldInfo) -> str:
    """Write what a setting may be: its choices, or its bounds."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    bounds = {key: getattr(rule, key) for rule in field.metadata for key in ("ge", "le") if hasattr(rule, key)}
    return f"{bounds['ge']} to {bounds['le']}" if field.annotation is int else ""


def write_settings() -> str:
    """Write the page of all settings."""
    rows = [
        (
            f"`{ENV_PREFIX}{name.upper()}`",
            describe_default(name, field),
            describe_allowed(field),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]
    return SETTINGS_INTRODUCTION + "".join(f"| {' | '.join(row)} |\n" for row in rows)


PAGES: Mapping[Path, Callable[[], str]] = {
    SETTINGS_PAGE: write_settings,
    CLI_PAGE: write_cli,
    ERRORS_PAGE: write_errors,
    MESSAGES_PAGE: write_messages,
    METRICS_PAGE: write_metrics,
    DASHBOARD: write_dashboard,
}
"""Each page and what writes it."""


def main() -> int:
    """Write every page."""
    for page, write in PAGES.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
