"""What the writer of a letter gives to whoever sends it."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec

from busbar.canon.mail import Letter
from busbar.canon.tenants import Operator
from busbar.ports.mailer import Attachment


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter's writer gives: values for its words, a link, files."""

    values: Mapping[str, str] = {}
    link: str = ""
    attachments: tuple[Attachment, ...] = ()


Writer = Callable[[Letter, Operator], Awaitable[Draft]]
"""Finds what a letter says. Errors: `not_found.…` when what it is about is no more."""
