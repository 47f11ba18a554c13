"""Meter curves."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.canon.metering import Measurand
from busbar.kernel.errors import UnavailableError
from busbar.views.shapes.sessions import MeterCurve


class CurveQuery(BaseModel):
    """Which part of a curve is wanted, and how fine."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    measurand: frozenset[Measurand] = frozenset()
    """None: all of them."""
    points: Annotated[int, Field(ge=10, le=5000)] = 500
    """Values of one series at most."""


async def read_curve(connection: AsyncConnection, session_id: str, query: CurveQuery) -> MeterCurve:
    """Return everything that was measured in a session."""
    raise UnavailableError("samples are not readable yet")
