"""Predicates that several lists share."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func


def contains(column: Any, text: str) -> ColumnElement[bool]:
    """Return the predicate that a text column holds this text, whatever the case."""
    return func.lower(func.coalesce(column, "")).contains(text.lower(), autoescape=True)


def within(column: Any, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """Return the predicates of a half-open period."""
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(column >= since)
    if until is not None:
        found.append(column < until)
    return found
