from datetime import datetime
from typing import Annotated

from pydantic import Field

from busbar.canon.mail import LetterKind, LetterState
from busbar.views.shapes.model import Page, Shape


class MailState(Shape):
    """Whether mail is sent at all."""

    is_on: bool
    sender: Annotated[str | None, Field(description="The address that mail comes from; for platform staff.")]
    host: Annotated[str | None, Field(description="The mail server; for platform staff.")]


class Letter(Shape):
    """A mail to one person, and what became of it."""

    letter_id: str
    kind: LetterKind
    recipient: Annotated[str, Field(description="Empty once the person was erased.")]
    language: str
    person: Annotated[str, Field(description="`staff:ID`, `driver:ID`, or empty.")]
    about: Annotated[str, Field(description="`document:ID`, `report_schedule:ID`, or empty.")]
    state: LetterState
    queued_at: datetime
    settled_at: datetime | None
    reason: Annotated[str, Field(description="The code of the last error.")]
    reply: Annotated[str, Field(description="What the mail server said last.")]


class LetterPage(Page[Letter]):
    """Letters."""
