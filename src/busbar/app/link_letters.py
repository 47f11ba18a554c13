"""Writes the letters that carry a link to set a password: the link is made when its letter is sent."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from busbar.app.letters import Draft, Writer
from busbar.canon.entry import MakeDriverLink, MakeStaffLink
from busbar.canon.links import LinkPurpose, MadeLink
from busbar.canon.mail import Letter, LetterKind
from busbar.canon.tenants import Operator
from busbar.domain.mail.texts import choose_language
from busbar.kernel.ids import DriverId, StaffId
from busbar.ports.dispatcher import Dispatcher

_FORMS = {"en": "%d %b %Y, %H:%M", "it": "%d/%m/%Y, %H:%M", "zh": "%Y-%m-%d %H:%M"}
_INVITATIONS = frozenset({LetterKind.STAFF_INVITATION, LetterKind.DRIVER_INVITATION})


class LinkLetters:
    """Writes invitations, and links for those who forgot their password."""

    def __init__(self, dispatcher: Dispatcher, *, public_address: str) -> None:
        self._dispatcher = dispatcher
        self._address = public_address

    def writers(self) -> Mapping[LetterKind, Writer]:
        """Return which letters are written here."""
        return {
            LetterKind.STAFF_INVITATION: self.write_to_staff,
            LetterKind.STAFF_PASSWORD: self.write_to_staff,
            LetterKind.DRIVER_INVITATION: self.write_to_driver,
            LetterKind.DRIVER_PASSWORD: self.write_to_driver,
        }

    async def write_to_staff(self, letter: Letter, operator: Operator) -> Draft:
        """Make a link for a member of staff. Errors: `not_found.staff`."""
        staff_id = StaffId(letter.person.partition(":")[2])
        made = await self._dispatcher.dispatch(MakeStaffLink(staff_id=staff_id, purpose=_choose_purpose(letter)))
        return _shape(letter, operator, made, f"{self._address}/password")

    async def write_to_driver(self, letter: Letter, operator: Operator) -> Draft:
        """Make a link for a driver. Errors: `not_found.driver`."""
        driver_id = DriverId(letter.person.partition(":")[2])
        wish = MakeDriverLink(operator_id=letter.operator_id, driver_id=driver_id, purpose=_choose_purpose(letter))
        made = await self._dispatcher.dispatch(wish)
        return _shape(letter, operator, made, f"{self._address}/app/password?operator={operator.slug}")


def _choose_purpose(letter: Letter) -> LinkPurpose:
    return LinkPurpose.INVITATION if letter.kind in _INVITATIONS else LinkPurpose.PASSWORD


def _shape(letter: Letter, operator: Operator, made: MadeLink, place: str) -> Draft:
    """Put the secret behind the `#`: browsers send that part to nobody, and no log holds it."""
    values = {
        "name": made.display_name,
        "until": say_instant(made.expires_at, zone=operator.zone, language=letter.language),
    }
    return Draft(values=values, link=f"{place}#{made.secret.text}")


def say_instant(at: datetime, *, zone: str, language: str) -> str:
    """Write an instant as people of a language do, in the operator's time zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.strftime(_FORMS[choose_language(language)])} ({zone})"
