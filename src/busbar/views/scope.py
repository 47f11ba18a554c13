"""Whose rows a reader may see. Every view takes one and puts it into its SQL."""

from typing import Self

import msgspec
from sqlalchemy import ColumnElement, and_

from busbar.canon.tenants import Principal
from busbar.kernel.ids import OperatorId, SiteId


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """An operator's rows; with `site_ids`, only what belongs to those sites."""

    operator_id: OperatorId
    site_ids: tuple[SiteId, ...] = ()

    @classmethod
    def of(cls, principal: Principal) -> Self:
        """Return what a principal may see."""
        return cls(operator_id=principal.operator_id, site_ids=principal.site_ids)

    def covers(
        self, *, operator_id: ColumnElement[str], site_id: ColumnElement[str] | None = None
    ) -> ColumnElement[bool]:
        """Return the predicate for rows that carry these columns; without a site column only the operator counts."""
        predicate = operator_id == self.operator_id
        if not self.site_ids or site_id is None:
            return predicate
        return and_(predicate, site_id.in_(self.site_ids))
