"""Charging limits as OCPP writes them. Pure."""

from decimal import ROUND_FLOOR, Decimal

TENTH = Decimal("0.1")


def write_limit(limit_milli: int) -> float:
    """Write a limit with at most one decimal (the schemas allow no more), never above what was asked."""
    tenths = (Decimal(limit_milli) / 1000).quantize(TENTH, rounding=ROUND_FLOOR)
    return int(tenths) if tenths == tenths.to_integral_value() else float(tenths)
