"""Sessions whose money is used up: their stations are asked to stop, by the same order that people use."""

import msgspec

from busbar.canon.ledger import FundsExhausted
from busbar.canon.sessions import StopSession
from busbar.domain.ledger.debts import SYSTEM
from busbar.domain.ledger.model import Tab
from busbar.kernel.errors import ConflictError, NotFoundError
from busbar.kernel.ids import CommandId
from busbar.ports.work import UnitOfWork


async def stop_session(work: UnitOfWork, tab: Tab, *, cost: int) -> Tab:
    """Ask the station to stop a session whose money is used up; asked again while the station cannot be reached."""
    try:
        await work.ask(
            StopSession(
                command_id=CommandId(f"{tab.session_id[:48]}-funds"),
                operator_id=tab.operator_id,
                session_id=tab.session_id,
                requested_by=SYSTEM,
            )
        )
    except (ConflictError, NotFoundError):
        return tab
    work.tell(
        FundsExhausted(
            operator_id=tab.operator_id,
            at=work.now,
            currency=tab.currency,
            amount=cost,
            session_id=tab.session_id,
            driver_id=tab.driver_id,
        )
    )
    return msgspec.structs.replace(tab, is_stopped=True)
