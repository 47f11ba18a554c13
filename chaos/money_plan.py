"""What is to happen in the money trial, who plays, and what is done already."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from random import Random

import msgspec

from busbar.kernel.ids import DriverId, OperatorId, PaymentId, SiteId, StationId

EVSES = 50
SHARE = 5
"""Of so many sessions one is paid afterwards, by card; and so many sessions share a driver."""
PARTNER_SHARE = 4
"""Of so many sessions that are paid afterwards one is of a roaming partner's driver."""
PARTNER_CARD = "PARTNER"


class Plan(msgspec.Struct, kw_only=True):
    """What is to happen; the seed decides the amounts.

    The first sessions are of an operator whose drivers pay beforehand, into wallets; the others are of one whose
    drivers pay afterwards, by cards on file on which money is set aside; some of its sessions are a roaming partner's.
    """

    seed: int
    sessions: int
    database_url: str
    data_dir: str
    begin: datetime
    provider_url: str
    http_port: int

    @property
    def wallet_sessions(self) -> int:
        """How many sessions are paid out of wallets."""
        return self.sessions - self.sessions // SHARE

    @property
    def wallet_drivers(self) -> int:
        """How many drivers have wallets; the numbers after theirs are of those with cards."""
        return max(1, self.wallet_sessions // SHARE)

    @property
    def drivers(self) -> int:
        """How many drivers share the sessions."""
        return self.wallet_drivers + max(1, (self.sessions - self.wallet_sessions) // SHARE)

    @property
    def journal(self) -> Path:
        """Where it stands what is done."""
        return Path(self.data_dir) / "journal"

    def is_by_card(self, number: int) -> bool:
        """Tell whether a session is paid afterwards."""
        return number >= self.wallet_sessions

    def is_partners(self, number: int) -> bool:
        """Tell whether a session is of a roaming partner's driver."""
        return self.is_by_card(number) and (number - self.wallet_sessions) % PARTNER_SHARE == 0

    def name_token(self, number: int) -> str:
        """Return what a session is begun with."""
        return PARTNER_CARD if self.is_partners(number) else f"TOKEN{self.find_driver(number)}"

    def find_driver(self, number: int) -> int:
        """Return whose a session is."""
        if self.is_by_card(number):
            return self.wallet_drivers + (number - self.wallet_sessions) % (self.drivers - self.wallet_drivers)
        return number % self.wallet_drivers

    def find_place(self, number: int) -> tuple[StationId, int]:
        """Return the station and the EVSE of a session."""
        letter, place = ("C", number - self.wallet_sessions) if self.is_by_card(number) else ("W", number)
        return StationId(f"{letter}-{place // EVSES}"), place % EVSES + 1

    def name_payment(self, name: str) -> PaymentId:
        """Return the id of a payment: the same in every process."""
        return PaymentId(sha256(f"{self.seed}/{name}".encode()).hexdigest()[:32])

    def choose(self, what: str) -> Random:
        """Return what decides something: the same in every process."""
        return Random(f"{self.seed}/{what}")  # noqa: S311 - a trial that can be played again

    def energy_wh(self, number: int) -> int:
        """Return what a session takes."""
        return self.choose(f"energy/{number}").randrange(200, 60_000)

    def top_up(self, driver: int, number: int) -> int:
        """Return what a driver pays in: enough for some, too little for others."""
        return self.choose(f"top-up/{driver}/{number}").randrange(500, 9_000)

    def refund(self, driver: int) -> int:
        """Return what a driver wants back."""
        return self.choose(f"refund/{driver}").randrange(1, 500)


class Cast(msgspec.Struct, kw_only=True):
    """Who plays: made once, before the first kill."""

    wallets: OperatorId
    cards: OperatorId
    sites: dict[OperatorId, list[SiteId]]
    drivers: list[DriverId]
    account_id: str
    """Of the installation at the provider."""

    @property
    def operators(self) -> tuple[OperatorId, OperatorId]:
        """Both."""
        return self.wallets, self.cards


def read_journal(plan: Plan) -> list[str]:
    """Return what is written down; a last line that was cut off is not."""
    if not plan.journal.exists():
        return []
    text = plan.journal.read_text(encoding="utf-8")
    return text[: text.rfind("\n") + 1].splitlines()


def count_journal(plan: Plan) -> int:
    """Count what is written down; asked many times a second, so nothing is taken apart."""
    return plan.journal.read_bytes().count(b"\n") if plan.journal.exists() else 0
