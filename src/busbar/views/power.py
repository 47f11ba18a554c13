"""Power over time, summed over the sessions of a network or a site."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator
from sqlalchemy import BigInteger, ColumnElement, cast, func, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.db.schema import EPOCH
from busbar.domain.metering.tables import sample_blocks
from busbar.domain.sessions.tables import sessions
from busbar.views.paging import Question
from busbar.views.scope import Scope
from busbar.views.sessions import before_clocks
from busbar.views.shapes.network import PowerCurve, PowerPoint

STEPS_MAX = 2000
SPAN_MAX = timedelta(days=32)
ROWS_MAX = 200_000
CARRY_S = 900
"""A session's last power counts on for so long when nothing newer was sent."""


class PowerQuery(Question):
    """Which period, how fine, and where."""

    since: AwareDatetime
    until: AwareDatetime
    """Not included."""
    step_s: Annotated[int, Field(ge=60, le=86_400)] = 300
    site_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        if not timedelta(0) < self.until - self.since <= SPAN_MAX:
            raise ValueError("until lies after since, by at most 32 days")
        if (self.until - self.since).total_seconds() / self.step_s > STEPS_MAX:
            raise ValueError(f"at most {STEPS_MAX} steps: make step_s greater")
        return self


async def read_power(connection: AsyncConnection, scope: Scope, query: PowerQuery) -> PowerCurve:
    """Return the sum of the power that stations reported: of each session its mean within the step."""
    table, block = sessions.c, sample_blocks.c
    wanted = select(table.session_id).where(
        scope.covers(operator_id=table.operator_id, site_id=table.site_id),
        table.created_at >= before_clocks(query.since - SPAN_MAX),
        or_(table.ended_at.is_(None), table.ended_at >= query.since),
    )
    if query.site_id is not None:
        wanted = wanted.where(table.site_id == query.site_id)
    step = _count_steps(query, is_sqlite=connection.dialect.name == "sqlite").label("step")
    mean = cast(func.round(func.avg(block.power_w)), BigInteger).label("power_w")
    statement = (
        select(block.session_id, step, mean)
        .where(
            block.session_id.in_(wanted.scalar_subquery()),
            block.power_w.is_not(None),
            block.at >= query.since,
            block.at < query.until,
        )
        .group_by(block.session_id, step)
        .limit(ROWS_MAX)
    )
    means: dict[str, dict[int, int]] = {}
    for session_id, number, power_w in (await connection.execute(statement)).all():
        means.setdefault(session_id, {})[int(number)] = power_w
    return PowerCurve(
        step_s=query.step_s,
        points=[
            PowerPoint(at=query.since + number * timedelta(seconds=query.step_s), power_w=power_w)
            for number, power_w in enumerate(sum_up(means.values(), query))
        ],
    )


def _count_steps(query: PowerQuery, *, is_sqlite: bool) -> ColumnElement[int]:
    """Return the number of the step that a sample falls into; the two databases keep instants differently."""
    if is_sqlite:
        since_us = (query.since - EPOCH) // timedelta(microseconds=1)
        return (type_coerce(sample_blocks.c.at, BigInteger) - since_us) // (query.step_s * 1_000_000)
    passed = func.extract("epoch", sample_blocks.c.at - query.since)
    return cast(func.floor(passed / query.step_s), BigInteger)


def sum_up(means: Iterable[Mapping[int, int]], query: PowerQuery) -> list[int]:
    """Return one sum a step. A session's value counts on until its next one, but for no longer than 15 minutes."""
    steps = -(-(query.until - query.since) // timedelta(seconds=query.step_s))
    carried_max = max(0, CARRY_S // query.step_s - 1)
    totals = [0] * steps
    for session in means:
        ordered = sorted(session)
        for number, following in zip(ordered, [*ordered[1:], steps], strict=True):
            power_w = session[number]
            is_last = following == steps
            for later in range(number, min(following, number + 1 + (0 if is_last else carried_max), steps)):
                totals[later] += power_w
    return totals
