"""A driver presents a token: stop what it started, or find out whether it may start."""

from collections.abc import Callable

from busbar.simulator.charging import Charging
from busbar.simulator.evse import Evse, Permit, Status, Token, Transaction
from busbar.simulator.reserving import Reservations
from busbar.simulator.speaker import Rule, Trigger
from busbar.simulator.talker import Talker
from busbar.simulator.tokens import TokenBook, Verdict


class Gate:
    """The token reader of a station and what it knows of tokens."""

    def __init__(self, station: Talker, charging: Charging, reservations: Reservations) -> None:
        self.station = station
        self.charging = charging
        self.reservations = reservations
        self.tokens = TokenBook()
        self.master_group: str | None = None
        """Tokens of this group stop any transaction (2.0.1 MasterPassGroupId)."""

    def present(self, token: Token, evse_id: int | None = None) -> None:
        """Hold a token to the reader. `evse_id` is what the driver chose at the station, None if it has no choice."""
        for evse in self._evses(evse_id):
            if evse.transaction is not None and token.same_as(evse.transaction.token) and evse.permit is not None:
                self.charging.stop(evse, Trigger.STOP_AUTHORIZED, "Local", token=token)
                return
        self.decide(token, lambda verdict: self._act(token, verdict, evse_id))

    def decide(self, token: Token, then: Callable[[Verdict], None]) -> None:
        """Find out what a token may do: by list, by cache, or by asking; offline by the rules for that."""
        station = self.station
        speaker = station.speaker
        known = self.tokens.look_up(
            token.value,
            uses_list=speaker.read_rule(Rule.LOCAL_LIST),
            uses_cache=speaker.read_rule(Rule.LOCAL_CACHE),
        )
        good = known is not None and known.is_good_at(station.now())
        if not station.is_registered_online:
            then(self._decide_offline(known, is_good=good))
        elif good and known is not None and speaker.read_rule(Rule.AUTHORIZE_LOCALLY_FIRST):
            then(known)
        else:
            speaker.ask(token, lambda verdict: then(verdict or self._decide_offline(known, is_good=good)))

    def _decide_offline(self, known: Verdict | None, *, is_good: bool) -> Verdict:
        speaker = self.station.speaker
        if known is not None and is_good and speaker.read_rule(Rule.AUTHORIZE_OFFLINE):
            return known
        if known is None and speaker.read_rule(Rule.ALLOW_UNKNOWN_OFFLINE):
            return Verdict("Accepted")
        return known if known is not None and not is_good else Verdict("Invalid")

    def _act(self, token: Token, verdict: Verdict, evse_id: int | None) -> None:
        station = self.station
        station.emit("authorized" if verdict.is_good_at(station.now()) else "refused", evse_id)
        if self._stop_for_group(token, verdict, evse_id):
            return
        if not verdict.is_good_at(station.now()):
            return
        evse = self.choose(token, verdict.group, evse_id)
        if evse is not None:
            self.charging.permit(evse, Permit(token, verdict.group), Trigger.AUTHORIZED)

    def _stop_for_group(self, token: Token, verdict: Verdict, evse_id: int | None) -> bool:
        """Stop a transaction of the same group (1.6 section 3.9, C09), or any by master pass (C16)."""
        if verdict.group is None:
            return False
        is_master = verdict.group == self.master_group
        for evse in self._evses(evse_id):
            transaction = evse.transaction
            if transaction is None or evse.permit is None:
                continue
            if is_master or verdict.group == transaction.group:
                reason = "MasterPass" if is_master else "Local"
                self.charging.stop(evse, Trigger.STOP_AUTHORIZED, reason, token=token)
                return True
        return is_master

    def choose(self, token: Token, group: str | None, evse_id: int | None) -> Evse | None:
        """Choose the EVSE to charge at: the one asked for, else one with a vehicle waiting, else a free one."""
        usable = {Status.PREPARING, Status.AVAILABLE, Status.RESERVED, Status.FINISHING}
        candidates = [
            evse
            for evse in self._evses(evse_id)
            if evse.is_operative
            and evse.permit is None
            and (evse.transaction is None or evse.transaction.token is None)
            and evse.read_status() in usable
            and self.reservations.is_free_for(evse, token, group)
        ]
        candidates.sort(key=lambda evse: (evse.vehicle is None, evse.is_visit_done, evse.evse_id))
        return candidates[0] if candidates else None

    def judge(self, evse: Evse, transaction: Transaction, verdict: Verdict) -> None:
        """Take the judgement of the CSMS on the token of a transaction that has begun: stop if it is not accepted."""
        station = self.station
        if transaction.token is not None:
            self.tokens.remember(transaction.token.value, verdict)
        if verdict.group is not None:
            transaction.group = verdict.group
        if verdict.status == "Accepted" or evse.transaction is not transaction or evse.permit is None:
            return
        if station.speaker.read_rule(Rule.STOP_ON_INVALID):
            self.charging.stop(evse, Trigger.DEAUTHORIZED, "DeAuthorized")
        else:
            # without the rule the energy stops all the same, and the transaction goes on (1.6 4.8, E05.FR.02)
            self.charging.suspend(evse)

    def _evses(self, evse_id: int | None) -> list[Evse]:
        evses = self.charging.evses
        if evse_id is None:
            return list(evses.values())
        return [evses[evse_id]] if evse_id in evses else []
