from busbar.views.shapes.documents import MoneyTotals
from busbar.views.shapes.model import Shape


class ReportRow(Shape):
    """What one group earned: amounts in whole minor units of its currency."""

    key: str
    """The group's id, or its day or month."""
    name: str
    currency: str
    sessions: int
    energy_wh: int
    totals: MoneyTotals
    electricity_cost: int | None
    """By the purchase tariffs, or by the price that was asked for; null where neither is known."""
    costed_wh: int
    """Energy of which the cost is known."""
    margin: int | None
    """Net revenue less the electricity's cost."""


class Report(Shape):
    """Revenue, energy and sessions by group; a group that earned in two currencies has a row for each."""

    rows: list[ReportRow]
    sums: list[ReportRow]
    """Of all groups, a row for each currency."""
