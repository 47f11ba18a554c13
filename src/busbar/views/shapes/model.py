from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A read model: immutable, built from trusted rows, every field always present in JSON."""

    model_config = ConfigDict(
        frozen=True,
        from_attributes=True,
        defer_build=True,
        json_schema_serialization_defaults_required=True,
    )


T = TypeVar("T", bound=Shape)


class Page(Shape, Generic[T]):
    """A part of a list, in the order that was asked for."""

    items: list[T]
    next_cursor: Annotated[
        str | None, Field(description="Give it back as `cursor` for the next page; null: this is the last.")
    ] = None
    total: Annotated[int | None, Field(description="Rows on all pages, when asked for with `with_total`.")] = None
