"""Who owes for sessions of which no driver is known."""

from busbar.canon.access import FindTokenPartner
from busbar.canon.pricing import SessionPriced
from busbar.ports.work import UnitOfWork

GUESTS = "guests"
"""Who owes where nobody is known at all."""


async def find_payer(work: UnitOfWork, fact: SessionPriced) -> str:
    """Name who owes for a session without a driver: the roaming partner whose token it was, else some guest."""
    if fact.token_id is None:
        return GUESTS
    holder = await work.ask(FindTokenPartner(operator_id=fact.operator_id, token_id=fact.token_id))
    return GUESTS if holder is None else f"partner:{holder.partner_id}"
