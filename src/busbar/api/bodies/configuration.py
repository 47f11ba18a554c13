"""Bodies about configuration templates."""

from typing import Annotated

from pydantic import Field, StringConstraints

from busbar.api.bodies.body import PRINTABLE, Body, Key, Name
from busbar.api.bodies.control import VariableValueBody
from busbar.canon.configuration import Dialect

Make = Annotated[str, StringConstraints(min_length=1, max_length=50, strip_whitespace=True, pattern=PRINTABLE)]


class ConfigurationTemplateBody(Body):
    """How stations are to be set."""

    name: Name
    dialect: Dialect
    vendor: Make | None = None
    """Only stations of this vendor inherit it."""
    model: Make | None = None
    site_id: Key | None = None
    settings: Annotated[tuple[VariableValueBody, ...], Field(min_length=1, max_length=100)]


class AssignedTemplateBody(Body):
    """Which configuration template a station has."""

    template_id: Key | None
    """Null: the one that it inherits by vendor, model or site."""
