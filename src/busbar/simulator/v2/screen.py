"""Display messages and what a virtual 2.x station knows of its customers (O01 to O06, N09, N10)."""

from typing import TYPE_CHECKING

from busbar.simulator.speaker import Payload
from busbar.simulator.v2.profiles import ACCEPTED, REJECTED
from busbar.simulator.v2.speaker import Answer, Speaker2

if TYPE_CHECKING:
    from datetime import datetime

MESSAGES_MAX = 20
REPORT_MESSAGES = 5
DATA_CHARS = 512
UNSUPPORTED_FORMATS = frozenset({"HTML", "QRCODE"})


class Screen:
    """The messages on a station's display."""

    def __init__(self) -> None:
        self.messages: dict[int, Payload] = {}

    def set_message(self, speaker: Speaker2, request: Payload) -> Payload:
        """SetDisplayMessage (O01, O02)."""
        message = request["message"]
        if message["message"]["format"] in UNSUPPORTED_FORMATS:
            return {"status": "NotSupportedMessageFormat"}
        transaction_id = message.get("transactionId")
        if transaction_id is not None and speaker.station.find_transaction(transaction_id) is None:
            return {"status": "UnknownTransaction"}
        self._forget_old(speaker)
        if message["id"] not in self.messages and len(self.messages) >= MESSAGES_MAX:
            return REJECTED
        if message["priority"] == "AlwaysFront":
            # only one message can always be in front (O01.FR.06)
            for old in [each for each, held in self.messages.items() if held["priority"] == "AlwaysFront"]:
                del self.messages[old]
        self.messages[message["id"]] = message
        return ACCEPTED

    def get_messages(self, speaker: Speaker2, request: Payload) -> Payload:
        """GetDisplayMessages (O03, O04), answered by NotifyDisplayMessages."""
        self._forget_old(speaker)
        wanted = request.get("id")
        found = [
            message
            for message in self.messages.values()
            if (wanted is None or message["id"] in wanted)
            and request.get("priority") in {None, message["priority"]}
            and request.get("state") in {None, message.get("state")}
        ]
        if not found:
            return {"status": "Unknown"}

        def tell() -> None:
            parts = [found[begin : begin + REPORT_MESSAGES] for begin in range(0, len(found), REPORT_MESSAGES)]
            for number, part in enumerate(parts, start=1):
                payload: Payload = {"requestId": request["requestId"], "messageInfo": part}
                if number < len(parts):
                    payload["tbc"] = True
                speaker.call("NotifyDisplayMessages", payload)

        speaker.station.after(0, tell)
        return ACCEPTED

    def clear_message(self, speaker: Speaker2, request: Payload) -> Payload:
        """ClearDisplayMessage (O05)."""
        del speaker
        return ACCEPTED if self.messages.pop(request["id"], None) is not None else {"status": "Unknown"}

    def tell_customer(self, speaker: Speaker2, request: Payload) -> Payload:
        """CustomerInformation (N09, N10): what the station keeps is the token in its list and cache."""
        named = [name for name in ("idToken", "customerIdentifier", "customerCertificate") if name in request]
        if len(named) != 1:
            return {"status": "Invalid"}
        book = speaker.station.gate.tokens
        token = request["idToken"]["idToken"] if "idToken" in request else str(request.get("customerIdentifier", ""))
        known = book.look_up(token, uses_list=True, uses_cache=True) if token else None
        text = "" if known is None else f"token {token}: {known.status}, group {known.group or 'none'}"
        if request["clear"]:
            book.listed.pop(token.lower(), None)
            book.cached.pop(token.lower(), None)
        if not request["report"] and not request["clear"]:
            return {"status": "Rejected"}

        def tell() -> None:
            shared = {"requestId": request["requestId"], "generatedAt": speaker.now()}
            chunks = [text[begin : begin + DATA_CHARS] for begin in range(0, len(text), DATA_CHARS)] or [""]
            for number, chunk in enumerate(chunks):
                payload: Payload = {**shared, "seqNo": number, "data": chunk}
                if number + 1 < len(chunks):
                    payload["tbc"] = True
                speaker.call("NotifyCustomerInformation", payload)

        speaker.station.after(0, tell)
        return ACCEPTED

    def answers(self) -> dict[str, Answer]:
        """Return what this answers, by action."""
        return {
            "ClearDisplayMessage": self.clear_message,
            "CustomerInformation": self.tell_customer,
            "GetDisplayMessages": self.get_messages,
            "SetDisplayMessage": self.set_message,
        }

    def _forget_old(self, speaker: Speaker2) -> None:
        now = speaker.now()
        for message_id, message in list(self.messages.items()):
            ends_at: datetime | None = message.get("endDateTime")
            if ends_at is not None and ends_at <= now:
                del self.messages[message_id]
