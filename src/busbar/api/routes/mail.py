from typing import Annotated

from fastapi import APIRouter, Query

from busbar.api.bodies.mail import TrialBody
from busbar.api.callers import PlatformKeeper, SignedIn, StaffKeeper
from busbar.api.paging import bound_rows
from busbar.api.parameters import KeyPath
from busbar.api.services import Given
from busbar.canon.mail import SendLetterAgain, SendTrialLetter
from busbar.kernel.ids import LetterId
from busbar.views import mail
from busbar.views.shapes.mail import Letter, LetterPage, MailState

router = APIRouter(prefix="/mail", tags=["mail"])


@router.get("")
async def get_mail_state(caller: SignedIn, services: Given) -> MailState:
    """Tell whether mail is sent at all."""
    host, sender = services.settings.mail_host, services.settings.mail_sender
    is_platform = caller.principal.is_platform
    return MailState(is_on=host is not None, host=host if is_platform else None, sender=sender if is_platform else None)


@router.post("/trial", status_code=202)
async def send_trial_letter(caller: PlatformKeeper, services: Given, body: TrialBody) -> Letter:
    """Send a letter that says that mail arrives. What becomes of it stands in the list of letters."""
    wish = SendTrialLetter(by=caller.principal, recipient=body.recipient, language=body.language)
    letter_id = await services.dispatcher.dispatch(wish)
    async with services.databases.read() as connection:
        return await mail.read_one(connection, caller.scope, letter_id)


@router.get("/letters")
async def list_letters(caller: StaffKeeper, services: Given, query: Annotated[mail.LetterQuery, Query()]) -> LetterPage:
    """List who was mailed what, and what became of it, the newest first."""
    async with services.databases.read() as connection:
        return await mail.list_letters(connection, caller.scope, query, limit=bound_rows(services, query))


@router.get("/letters/{letter_id}")
async def get_letter(caller: StaffKeeper, services: Given, letter_id: KeyPath) -> Letter:
    """Show one letter."""
    async with services.databases.read() as connection:
        return await mail.read_one(connection, caller.scope, letter_id)


@router.post("/letters/{letter_id}/send", status_code=202)
async def send_letter_again(caller: StaffKeeper, services: Given, letter_id: KeyPath) -> Letter:
    """Send a letter again that was refused or given up."""
    await services.dispatcher.dispatch(
        SendLetterAgain(operator_id=caller.operator_id, actor=caller.actor, letter_id=LetterId(letter_id))
    )
    async with services.databases.read() as connection:
        return await mail.read_one(connection, caller.scope, letter_id)
