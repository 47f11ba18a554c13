"""Prices on 1.6 stations: the messages and keys of the Open Charge Alliance's paper on Californian price rules.

DataTransfer with the vendor `org.openchargealliance.costmsg` (SetUserPrice, RunningCost, FinalCost), and the
configuration keys `DefaultPrice` and `DefaultPriceText,<language>`. Pure.
"""

from decimal import Decimal
from typing import Any

import msgspec

from busbar.canon.control import Outcome, ShowCost, ShowPart, ShowPrice
from busbar.gateways.ocpp.metering import to_utc
from busbar.gateways.ocpp.translation import UntranslatableError
from busbar.gateways.ocpp.v16_up import COST_VENDOR, read_transaction_ref
from busbar.wire import ocpp16
from busbar.wire.schema.fields import Payload

KEY_MAX_CHARS = 50
VALUE_MAX_CHARS = 500
"""What ChangeConfiguration holds."""
TEXT_MAX_CHARS = 512


def show_price(request: ShowPrice) -> list[Payload]:
    """Show a price: a driver's by SetUserPrice, everybody's by `DefaultPrice`, in further languages by own keys.

    Errors: UntranslatableError.
    """
    if request.id_token is not None:
        return [_transfer("SetUserPrice", _write_user_price(request, request.id_token.value))]
    if ShowPart.PRICE not in request.parts:
        raise UntranslatableError("the station has no DefaultPrice")
    text = request.texts[0].text if request.texts else ""
    calls: list[Payload] = [_set_text("DefaultPrice", text, offline=request.total_text or text)]
    if ShowPart.LANGUAGES in request.parts:
        calls += [_set_text(f"DefaultPriceText,{each.language}", each.text) for each in request.texts[1:]]
    return calls


def _set_text(key: str, text: str, *, offline: str = "") -> Payload:
    value = {"priceText": text, "priceTextOffline": offline or text}
    return ocpp16.ChangeConfigurationRequest(key=key[:KEY_MAX_CHARS], value=_fit(value))


def _write_user_price(request: ShowPrice, id_tag: str) -> dict[str, Any]:
    first, *others = request.texts
    content: dict[str, Any] = {"idToken": id_tag, "priceText": first.text[:TEXT_MAX_CHARS]}
    if others:
        content["priceTextExtra"] = [
            {"format": "UTF8", "language": each.language, "content": each.text[:TEXT_MAX_CHARS]} for each in others
        ]
    return content


def _fit(value: dict[str, str]) -> str:
    """Write a value that the configuration holds, its texts shortened alike until it does."""
    text = _dump(value)
    while len(text) > VALUE_MAX_CHARS:
        longest = max(value, key=lambda name: len(value[name]))
        value = value | {longest: value[longest][: len(value[longest]) * 9 // 10 - 1].rstrip() + "…"}
        text = _dump(value)
    return text


def show_cost(request: ShowCost) -> list[Payload]:
    """Show what a charge costs: RunningCost, or FinalCost in the end. Errors: UntranslatableError."""
    transaction_id = read_transaction_ref(request.transaction_ref)
    if transaction_id is None:
        raise UntranslatableError("in OCPP 1.6 a transaction is named by a number", outcome=Outcome.REJECTED)
    cost = write_money(request.cost, request.digits)
    content: dict[str, Any] = {"transactionId": transaction_id, "cost": cost}
    if request.is_final:
        content["priceText"] = request.text or f"{request.currency} {_say(request)}"
        return [_transfer("FinalCost", content)]
    content |= {
        "timestamp": to_utc(request.at).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "state": "Charging" if request.is_charging else "Idle",
    }
    if request.register_wh is not None:
        content["meterValue"] = request.register_wh
    return [_transfer("RunningCost", content)]


def _say(request: ShowCost) -> str:
    amount = Decimal(request.cost).scaleb(-request.digits)
    return f"{amount} · {Decimal(request.energy_wh) / 1000:.3f} kWh"


def write_money(minor: int, digits: int) -> float:
    """Write an amount as a JSON number in major units: exact to its last digit, as the shortest float is."""
    amount = Decimal(minor).scaleb(-digits)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _transfer(message_id: str, content: dict[str, Any]) -> Payload:
    return ocpp16.DataTransferRequest(vendor_id=COST_VENDOR, message_id=message_id, data=_dump(content))


def _dump(content: dict[str, Any]) -> str:
    return msgspec.json.encode(content).decode()
