"""Prices on 2.x stations (block I): fallback texts, tariffs for stations that reckon, what a charge costs. Pure."""

import hashlib
from typing import Any

from busbar.canon.control import CommandOutcome, EvsePrice, Outcome, ShowCost, ShowPart, ShowPrice
from busbar.canon.pricing import PriceNote
from busbar.gateways.ocpp.translation import GOOD_WORDS, Answered, UntranslatableError, judge_statuses, read_status
from busbar.gateways.ocpp.v16_prices import write_money
from busbar.gateways.ocpp.v21_tariff import write_tariff
from busbar.wire.schema.fields import Payload

CONTROLLER = "TariffCostCtrlr"
TEXT_MAX_CHARS = 255
"""Of the fallback messages in 2.0.1; 2.1 would take 512."""
PERSONAL_MAX_CHARS = 512
LANGUAGE_MAX_CHARS = 8
DIGEST_CHARS = 8
PRICE_WORDS = GOOD_WORDS | {"DuplicateTariffId"}
"""A station that has a tariff of this id has this content (I07.FR.04, I08.FR.08): it kept it (I07.FR.13)."""


class PriceWriter:
    """Writes prices in one 2.x version."""

    def __init__(self, wire: Any) -> None:
        self._wire = wire
        self._has_tariffs = hasattr(wire, "SetDefaultTariffRequest")

    # ---- the price ---------------------------------------------------------------------------------------------------

    def show_price(self, request: ShowPrice) -> list[Payload]:
        """Give the calls that show a price (I04, I05, I07, I10, I11). Errors: UntranslatableError."""
        if request.transaction_ref is not None:
            return [self._change_tariff(request)]
        calls: list[Payload] = []
        settings = self._list_settings(request)
        if settings:
            calls.append(self._wire.SetVariablesRequest(set_variable_data=settings))
        if self._has_tariffs and ShowPart.TARIFF in request.parts:
            calls += self._set_tariff(request, is_alone=not calls)
        if not calls:
            raise UntranslatableError("the station can show no price")
        return calls

    def _list_settings(self, request: ShowPrice) -> list[Payload]:
        text = request.texts[0].text if request.texts else ""
        wanted = [
            (ShowPart.CURRENCY, "Currency", request.currency),
            (ShowPart.PRICE, "TariffFallbackMessage", _fit(text)),
            (ShowPart.TOTAL, "TotalCostFallbackMessage", _fit(request.total_text)),
        ]
        if ShowPart.TARIFF in request.parts or not request.currency:
            wanted = wanted[1:]  # the tariff says its currency itself (2.1, 2.12.7)
        return [
            self._wire.SetVariableDataType(
                component=self._wire.ComponentType(name=CONTROLLER),
                variable=self._wire.VariableType(name=name),
                attribute_value=value,
            )
            for part, name, value in wanted
            if part in request.parts
        ]

    def _set_tariff(self, request: ShowPrice, *, is_alone: bool) -> list[Payload]:
        """Give the tariff of all EVSEs, then those of single ones (I07, scenario 2).

        One for all replaces what each EVSE had (I07.FR.12, FR.22). No two tariffs of a station have one id (I07.FR.04):
        that of an EVSE names it, that of all names whom it is not for, so that what an EVSE had alone goes with it.
        """
        calls: list[Payload] = []
        if request.tariff_json is None or not request.texts:
            calls.append(self._wire.ClearTariffsRequest())  # I10.FR.01
        else:
            try:
                tariff = self._write(request, tariff_ref=name_default(request))
            except UntranslatableError:
                if is_alone and not request.evses:
                    raise
                if request.evses:
                    calls.append(self._wire.ClearTariffsRequest())
            else:  # without words for it the text says it, and what a charge costs is told
                calls.append(self._wire.SetDefaultTariffRequest(evse_id=0, tariff=tariff))
        return [*calls, *(self._set_evse(each) for each in request.evses)]

    def _set_evse(self, price: EvsePrice) -> Payload:
        texts = tuple((each.language, each.text) for each in price.texts)
        if price.tariff_json is not None:
            try:
                tariff = write_tariff(price.tariff_json, tariff_ref=f"{price.tariff_ref}-e{price.evse_id}", texts=texts)
            except UntranslatableError:
                pass
            else:
                return self._wire.SetDefaultTariffRequest(evse_id=price.evse_id, tariff=tariff)  # I07.FR.11
        return self._wire.ClearTariffsRequest(evse_id=price.evse_id)  # I10.FR.03

    def _change_tariff(self, request: ShowPrice) -> Payload:
        if not self._has_tariffs or request.tariff_json is None:
            raise UntranslatableError("OCPP 2.0.1 knows no tariffs")
        return self._wire.ChangeTransactionTariffRequest(
            tariff=self._write(request), transaction_id=request.transaction_ref
        )

    def _write(self, request: ShowPrice, *, tariff_ref: str | None = None) -> Payload:
        texts = tuple((each.language, each.text) for each in request.texts)
        return write_tariff(request.tariff_json or "", tariff_ref=tariff_ref or request.tariff_ref, texts=texts)

    @staticmethod
    def read_outcome(answers: list[Answered]) -> CommandOutcome:
        """Say what the answers to all calls of a price mean; the station's words, those that refuse first."""
        words = [word for answer in answers for word in _list_words(answer.response)]
        worst = next((word for word in words if word not in PRICE_WORDS), words[0] if words else None)
        outcome = judge_statuses(words, good=PRICE_WORDS) if words else Outcome.ACCEPTED
        return CommandOutcome(outcome=outcome, status=worst, answer_json=answers[-1].answer_json)

    # ---- the cost ----------------------------------------------------------------------------------------------------

    def show_cost(self, request: ShowCost) -> Payload:
        """CostUpdated (I02). Errors: UntranslatableError."""
        if request.is_final:
            raise UntranslatableError("a 2.x station is told the total with the answer to its last event (I03)")
        return self._wire.CostUpdatedRequest(
            total_cost=write_money(request.cost, request.digits), transaction_id=request.transaction_ref
        )

    def write_note(self, note: PriceNote | None) -> dict[str, Any]:
        """Write what stands beside the answer to a TransactionEvent: the cost, a text, a limit (2.1)."""
        if note is None:
            return {}
        fields: dict[str, Any] = {}
        if note.cost is not None:
            fields["total_cost"] = write_money(note.cost, note.digits)
        if note.text:
            fields["updated_personal_message"] = self.write_text(note)
        if note.limit is not None and self._has_tariffs:
            limit = write_money(note.limit, note.digits)
            fields["transaction_limit"] = self._wire.TransactionLimitType(max_cost=limit)
        return fields

    def write_text(self, note: PriceNote) -> Payload:
        """Write a price in words."""
        language = note.language if 0 < len(note.language) <= LANGUAGE_MAX_CHARS else None
        content = note.text[:PERSONAL_MAX_CHARS]
        return self._wire.MessageContentType(format="UTF8", language=language, content=content)

    def write_driver_tariff(self, note: PriceNote | None) -> dict[str, Any]:
        """Write the tariff of a driver beside the answer to an Authorize (I08), if 2.1 has words for it."""
        if note is None or note.tariff_json is None or not self._has_tariffs:
            return {}
        texts = ((note.language, note.text),) if note.text and note.language else ()
        try:
            tariff = write_tariff(note.tariff_json, tariff_ref=note.tariff_ref, texts=texts)
        except UntranslatableError:
            return {}
        return {"tariff": tariff}


def name_default(request: ShowPrice) -> str:
    """Name the tariff of all EVSEs but some: by which those are, and what they have."""
    if not request.evses:
        return request.tariff_ref
    others = "/".join(f"{each.evse_id}:{each.tariff_ref}" for each in request.evses)
    return f"{request.tariff_ref}-a{hashlib.sha256(others.encode()).hexdigest()[:DIGEST_CHARS]}"


def _fit(text: str) -> str:
    return text if len(text) <= TEXT_MAX_CHARS else text[: TEXT_MAX_CHARS - 1].rstrip() + "…"


def _list_words(response: Any) -> list[str]:
    results = getattr(response, "set_variable_result", None)
    if results is not None:
        return [one.attribute_status for one in results]
    cleared = getattr(response, "clear_tariffs_result", None)
    if cleared is not None:
        return ["Accepted" if one.status == "NoTariff" else one.status for one in cleared]
    word = read_status(response)
    return [] if word is None else [word]
