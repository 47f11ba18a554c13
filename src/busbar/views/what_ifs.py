"""What past sessions would have cost under a draft tariff."""

from collections.abc import Mapping
from typing import Annotated

import msgspec
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from busbar.domain.billing.tables import what_ifs
from busbar.domain.billing.what_ifs import Answer, Sum
from busbar.domain.stations.tables import sites
from busbar.rating.lines import count_digits
from busbar.views.missing import WhatIfMissingError
from busbar.views.paging import Order, PageRequest, read_page
from busbar.views.rows import AnyRow, AnySelect, pick
from busbar.views.scope import Scope
from busbar.views.shapes.pricing import WhatIf, WhatIfPage, WhatIfSum


class WhatIfQuery(PageRequest):
    """Which questions are wanted."""

    tariff_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None


_ORDER = Order(name="-created", column=what_ifs.c.created_at, key=what_ifs.c.what_if_id, is_descending=True)


def _select(scope: Scope) -> AnySelect:
    return select(what_ifs).where(what_ifs.c.operator_id == scope.operator_id)


async def list_what_ifs(connection: AsyncConnection, scope: Scope, query: WhatIfQuery, *, limit: int) -> WhatIfPage:
    """Return a page of questions with what is known of their answers."""
    statement = _select(scope)
    if query.tariff_id is not None:
        statement = statement.where(what_ifs.c.tariff_id == query.tariff_id)
    names = await _name_sites(connection, scope)
    items, cursor, total = await read_page(
        connection, statement, order=_ORDER, request=query, limit=limit, shape=lambda row: _shape(row, names)
    )
    return WhatIfPage(items=items, next_cursor=cursor, total=total)


async def read_what_if(connection: AsyncConnection, scope: Scope, what_if_id: str) -> WhatIf:
    """Return one question with what is known of its answer. Errors: `not_found.what_if`."""
    row = (await connection.execute(_select(scope).where(what_ifs.c.what_if_id == what_if_id))).first()
    if row is None:
        raise WhatIfMissingError("there is no such question", what_if_id=what_if_id)
    return _shape(row, await _name_sites(connection, scope))


async def _name_sites(connection: AsyncConnection, scope: Scope) -> dict[str, str]:
    own = select(sites.c.site_id, sites.c.name).where(sites.c.operator_id == scope.operator_id)
    return {row.site_id: row.name for row in await connection.execute(own)}


def _shape(row: AnyRow, names: Mapping[str, str]) -> WhatIf:
    answer = msgspec.json.decode(row.result_json, type=Answer)
    currency: str = msgspec.json.decode(row.terms_json)["currency"]
    values = pick(row, WhatIf)
    values |= {
        "currency": currency,
        "currency_digits": count_digits(currency),
        "other_currency": answer.other_currency,
        "sum": _shape_sum("", "", answer.total),
        "by_site": _list_sums(answer.by_site, names),
        "by_hour": [_shape_sum(key, key, answer.by_hour[key]) for key in sorted(answer.by_hour)],
        "by_group": _list_sums(answer.by_group, {}),
    }
    return WhatIf(**values)


def _list_sums(sums: Mapping[str, Sum], names: Mapping[str, str]) -> list[WhatIfSum]:
    """Return sums, that which changes most first."""
    ordered = sorted(sums, key=lambda key: (-abs(sums[key].after - sums[key].before), key))
    return [_shape_sum(key, names.get(key, key), sums[key]) for key in ordered]


def _shape_sum(key: str, name: str, found: Sum) -> WhatIfSum:
    return WhatIfSum(
        key=key,
        name=name,
        sessions=found.sessions,
        energy_wh=found.energy_wh,
        before=found.before,
        after=found.after,
    )
