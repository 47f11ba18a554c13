"""Rows of joins, whose columns only the shapes know the types of."""

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

from pydantic import BaseModel
from sqlalchemy import Row, Select

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]


def fields_of(row: AnyRow) -> Mapping[str, Any]:
    """Return a row's columns by name."""
    return cast("Mapping[str, Any]", row._mapping)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - public: the underscore keeps it apart from columns


def pick(row: AnyRow, shape: type[BaseModel]) -> dict[str, Any]:
    """Return those columns of a row that are fields of a shape."""
    return {name: value for name, value in fields_of(row).items() if name in shape.model_fields}
