"""The taxes that a tariff leaves open: filled in before anything is rated, so that every price has the same ones."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from busbar.canon.pricing import LineKind, TaxRate
from busbar.rating.rate import KINDS
from busbar.rating.tariff import Component, Element, ReservationCase, Tariff, TaxIncluded


def fill_taxes(tariff: Tariff, rates: Sequence[TaxRate]) -> Tariff:
    """Return the tariff with a tax for each price that names none; the first rate of its kind holds.

    A price that names its tax keeps it, be it zero; a tariff of which no tax is due stays without.
    """
    if not rates or tariff.tax_included is TaxIncluded.NONE:
        return tariff
    return _fill(tariff, tuple(rates))


@lru_cache(maxsize=512)
def _fill(tariff: Tariff, rates: tuple[TaxRate, ...]) -> Tariff:
    elements = tuple(
        msgspec.structs.replace(
            element, components=tuple(_fill_component(element, component, rates) for component in element.components)
        )
        for element in tariff.elements
    )
    return tariff if elements == tariff.elements else msgspec.structs.replace(tariff, elements=elements)


def _fill_component(element: Element, component: Component, rates: tuple[TaxRate, ...]) -> Component:
    if component.vat_percent is not None:
        return component
    kind = _name_kind(element, component)
    percent = next((rate.percent for rate in rates if rate.kind in {None, kind}), None)
    return component if not percent else msgspec.structs.replace(component, vat_percent=percent)


def _name_kind(element: Element, component: Component) -> LineKind:
    case = element.restrictions.reservation
    if case is None:
        return KINDS[component.dimension]
    return LineKind.RESERVATION if case is ReservationCase.RESERVATION else LineKind.CANCELLATION
