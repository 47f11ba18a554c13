"""What stations are shown of prices: what each can show, what it is told, and when again. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from busbar.canon.control import (
    EvsePrice,
    GetVariables,
    PriceText,
    ShowPart,
    ShowPrice,
    VariableRef,
    VariableValue,
)
from busbar.canon.stations import Protocol
from busbar.canon.tariffs import Scope
from busbar.domain.billing.model import TariffBook
from busbar.kernel.ids import CommandId, OperatorId, SessionId, StationId
from busbar.rating.description import describe
from busbar.rating.lines import count_digits
from busbar.rating.offers import Offer, OfferKind
from busbar.rating.phrases import LANGUAGES
from busbar.rating.tariff import Tariff

TEXT_MAX_CHARS = 512
"""Of a price in words: what MessageContent holds in OCPP 2.0.1."""
OFFERS_MAX_CHARS = 200
"""Of it, what offers may take."""
EVSE_NAMES = {"en": "Connector {}", "it": "Connettore {}", "zh": "{}号枪"}
"""An EVSE as it is named on the station."""
EVSES_MAX = 20
"""EVSEs of one station that are told a tariff of their own."""
PLACES_MAX = 40
"""EVSEs and connectors of one station that its text names."""
TOTAL_TEXTS = {
    "en": "See the app or the receipt for what it cost.",
    "it": "Il totale è nell'app o sulla ricevuta.",
    "zh": "费用请见应用或收据。",
}
_PLACE_NAME = re.compile(r"(-e[1-9][0-9]{0,3}|-a[0-9a-f]{8})?")
TARIFF_CONTROLLER = "TariffCostCtrlr"
CUSTOM_DISPLAY, DEFAULT_PRICE = "CustomDisplayCostAndPrice", "DefaultPrice"
MULTI_LANGUAGE = "CustomMultiLanguageMessages"
KEYS_16 = (CUSTOM_DISPLAY, DEFAULT_PRICE, MULTI_LANGUAGE)
"""Of the OCA's paper about prices on 1.6 stations; stations without it do not know them."""
ASKED = "display-ask-"
SHOWN = "display-price-"
COSTED = "display-cost-"
TOLD = "display-driver-"
"""How the ids of this room's station commands begin."""


class Display(msgspec.Struct, frozen=True, kw_only=True):
    """What a station can show, and what it was told last."""

    station_id: StationId
    operator_id: OperatorId
    protocol: Protocol | None = None
    parts: tuple[ShowPart, ...] = ()
    asked_at: datetime | None = None
    """When its settings were asked for since it booted last."""
    known_at: datetime | None = None
    """When they were learned."""
    # the price to everybody
    tariff_ref: str = ""
    price_text: str = ""
    price_digest: str = ""
    price_sent_at: datetime | None = None
    price_command_id: CommandId | None = None
    price_outcome: str | None = None
    price_status: str | None = None
    # what a charge costs so far
    cost_session_id: SessionId | None = None
    cost: int | None = None
    cost_currency: str | None = None
    cost_sent_at: datetime | None = None
    cost_command_id: CommandId | None = None
    cost_outcome: str | None = None
    cost_status: str | None = None

    def can(self, part: ShowPart) -> bool:
        """Tell whether the station can show something."""
        return part in self.parts


def list_settings(protocol: Protocol | None) -> GetVariables:
    """Return the question which of its settings a station has that are about prices."""
    if protocol is Protocol.OCPP16:
        return GetVariables(refs=tuple(VariableRef(variable=key) for key in KEYS_16))
    names = [("TariffFallbackMessage", None), ("TotalCostFallbackMessage", None), ("Currency", None),
             ("Enabled", "Tariff"), ("Enabled", "Cost")]  # fmt: skip
    refs = [VariableRef(component=TARIFF_CONTROLLER, variable=name, variable_instance=of) for name, of in names]
    if protocol is Protocol.OCPP21:
        refs.append(VariableRef(component="TxCtrlr", variable="SupportedLimits"))
    return GetVariables(refs=tuple(refs))


def read_parts(protocol: Protocol | None, values: Iterable[VariableValue]) -> tuple[ShowPart, ...]:
    """Return what a station can show, by what it answered about its settings."""
    known = {
        (each.ref.variable, each.ref.variable_instance): each.value or ""
        for each in values
        if each.status in {None, "Accepted"}
    }
    if protocol is Protocol.OCPP16:
        return _read_parts_16(known)
    texts = [
        (ShowPart.PRICE, "TariffFallbackMessage"),
        (ShowPart.TOTAL, "TotalCostFallbackMessage"),
        (ShowPart.CURRENCY, "Currency"),
    ]
    found = [part for part, name in texts if (name, None) in known]
    if not found:
        return ()  # it has no such controller
    tariff, cost = (known.get(("Enabled", of), "").lower() for of in ("Tariff", "Cost"))
    if tariff != "false" and ShowPart.PRICE in found:
        found.append(ShowPart.PERSONAL)
    is_newer = protocol is Protocol.OCPP21
    if is_newer and tariff == "true":
        found += [ShowPart.TARIFF, ShowPart.LOCAL_COST if cost == "true" else ShowPart.COST]
    elif is_newer or cost != "false":
        found.append(ShowPart.COST)  # 2.1: what does not reckon itself is told (I02)
    if "maxcost" in known.get(("SupportedLimits", None), "").lower().replace(" ", "").split(","):
        found.append(ShowPart.COST_LIMIT)
    return tuple(found)


def _read_parts_16(known: Mapping[tuple[str, str | None], str]) -> tuple[ShowPart, ...]:
    found: list[ShowPart] = []
    if (DEFAULT_PRICE, None) in known:
        found.append(ShowPart.PRICE)
        if known.get((MULTI_LANGUAGE, None), "").lower() == "true":
            found.append(ShowPart.LANGUAGES)
    if known.get((CUSTOM_DISPLAY, None), "").lower() == "true":
        found += [ShowPart.PERSONAL, ShowPart.COST]
    return tuple(found)


def name_version(tariff_id: str, version: int) -> str:
    """Name a version for a station: no two contents have one name (I08.FR.08)."""
    return f"{tariff_id}-{version}"


def is_named(tariff_ref: str, name: str) -> bool:
    """Tell whether a station's name of a tariff is that of one of ours, to all of its EVSEs or to one of them.

    No two tariffs of a station have one id (I07.FR.04): the same content goes to an EVSE, and to all but some, under
    names of its own.
    """
    return tariff_ref.startswith(name) and _PLACE_NAME.fullmatch(tariff_ref[len(name) :]) is not None


def write_text(terms: Tariff, language: str, offers: Sequence[Offer] = ()) -> str:
    """Say a tariff and what offers take off it in words that fit a display.

    The operator's own words for the tariff, if there are any in this language; offers by their names, after it.
    """
    own = next((each.text for each in terms.texts if each.language[:2] == language[:2]), None)
    taken = fit_text("; ".join(write_offer(each, terms.currency) for each in offers), OFFERS_MAX_CHARS)
    room = TEXT_MAX_CHARS - len(taken) - 1
    return f"{fit_text(own or ' '.join(describe(terms, language)), room)} {taken}".rstrip()


def write_offer(offer: Offer, currency: str) -> str:
    """Say what an offer takes off, without words of any language beside its name."""
    value = format(offer.value.normalize(), "f")
    match offer.kind:
        case OfferKind.PERCENTAGE:
            what = f"-{value} %"
        case OfferKind.FIXED:
            what = f"-{value} {currency}"
        case OfferKind.STAFF_PRICE:
            what = f"{value} {currency}/kWh"
        case OfferKind.FREE_ENERGY | OfferKind.INCLUDED_ENERGY:
            what = f"{value} kWh = 0 {currency}"
    return f"{offer.name}: {what}"


def fit_text(text: str, limit: int) -> str:
    """Shorten a text to its first whole words that fit."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit // 2 else cut).rstrip(" ,;") + "…"


def choose_language(wish: str | None, *, home: str) -> str:
    """Return the language that somebody is spoken to in."""
    for each in (wish, home):
        if each and each[:2].lower() in LANGUAGES:
            return each[:2].lower()
    return "en"


class Spot(NamedTuple):
    """An EVSE with another tariff than its station, or a connector with another than its EVSE; `terms` None: none."""

    evse_id: int
    connector_id: int | None
    terms: Tariff | None
    tariff_ref: str = ""
    tariff_json: str | None = None


def list_special_places(book: TariffBook, station_id: StationId) -> list[tuple[int, int | None]]:
    """Return the EVSEs that a tariff is assigned to, or one of whose connectors, each before those of its connectors.

    The first connector of an EVSE stands for it: it has the tariff that the EVSE is told.
    """
    prefix = f"{station_id}/"
    subjects = [each for scope, each in book.assignments if scope is Scope.CONNECTOR and each.startswith(prefix)]
    numbers = [subject[len(prefix) :].partition("/") for subject in subjects]
    evses = sorted({int(evse) for evse, _, _ in numbers})[:EVSES_MAX]
    named = {(int(evse), int(connector)) for evse, _, connector in numbers if connector}
    # beside one whose first connector has a tariff of its own, the second stands for those that have none
    named |= {(evse, 2) for evse, connector in named if connector == 1}
    places: list[tuple[int, int | None]] = [(evse, None) for evse in evses]
    places += [(evse, connector) for evse, connector in sorted(named) if evse in evses and connector > 1]
    return sorted(places, key=lambda place: (place[0], place[1] or 0))[:PLACES_MAX]


def make_price(
    display: Display,
    terms: Tariff | None,
    *,
    tariff_ref: str,
    tariff_json: str | None,
    languages: Sequence[str],
    offers: Sequence[Offer] = (),
    spots: Sequence[Spot] = (),
) -> ShowPrice:
    """Return what a station is told about its price to everybody; `terms` None: nothing is said here."""
    named = next((each for each in (terms, *(spot.terms for spot in spots)) if each is not None), None)
    says_something = named is not None
    reckons = display.can(ShowPart.TARIFF)
    return ShowPrice(
        parts=display.parts,
        currency="" if named is None else named.currency,
        tariff_ref=tariff_ref,
        texts=tuple(
            PriceText(language=one, text=_write_all(terms, one, offers, spots)) for one in languages if says_something
        ),
        total_text=TOTAL_TEXTS.get(languages[0], TOTAL_TEXTS["en"]) if says_something else "",
        tariff_json=tariff_json if reckons else None,
        evses=tuple(_price_spot(spot, languages) for spot in spots if reckons and spot.connector_id is None),
    )


def _write_all(terms: Tariff | None, language: str, offers: Sequence[Offer], spots: Sequence[Spot]) -> str:
    """Say the price of a station, and after it those of the EVSEs and connectors that have another."""
    parts = [] if terms is None else [write_text(terms, language, offers)]
    for spot in spots:
        number = spot.evse_id if spot.connector_id is None else f"{spot.evse_id}.{spot.connector_id}"
        name = EVSE_NAMES.get(language, EVSE_NAMES["en"]).format(number)
        said = "0" if spot.terms is None else write_text(spot.terms, language, offers)
        parts.append(f"{name}: {said}")
    return fit_text(" ".join(parts), TEXT_MAX_CHARS)


def _price_spot(spot: Spot, languages: Sequence[str]) -> EvsePrice:
    terms = spot.terms
    texts = () if terms is None else tuple(PriceText(language=one, text=write_text(terms, one)) for one in languages)
    return EvsePrice(evse_id=spot.evse_id, tariff_ref=spot.tariff_ref, tariff_json=spot.tariff_json, texts=texts)


def digest_price(request: ShowPrice) -> str:
    """Return a digest of what a station is told: what it was told already is not said again."""
    return hashlib.blake2b(msgspec.json.encode(request), digest_size=16).hexdigest()


def find_next_change(book: TariffBook, *, now: datetime) -> datetime | None:
    """Return the next instant at which another tariff may hold by itself."""
    instants = [version.valid_from for held in book.versions.values() for version in held]
    instants += [edge for each in book.windows.values() for edge in (each.valid_from, each.valid_until) if edge]
    instants += [edge for held in book.assignments.values() for each in held
                 for edge in (each.valid_from, each.valid_until) if edge is not None]  # fmt: skip
    return min((each for each in instants if each > now), default=None)


def is_cost_due(
    display: Display, *, session_id: SessionId, cost: int, now: datetime, interval: timedelta, is_final: bool
) -> bool:
    """Tell whether a station is to be told now what a charge costs: no oftener than `interval`, the end always."""
    if is_final or display.cost_sent_at is None or display.cost_session_id != session_id:
        return True
    return display.cost != cost and now - display.cost_sent_at >= interval


def count_currency_digits(currency: str) -> int:
    """Count the decimals of a currency."""
    return count_digits(currency)
