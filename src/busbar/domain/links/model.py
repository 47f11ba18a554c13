"""How long links last, and which are good: pure."""

from datetime import datetime, timedelta

from busbar.canon.links import LinkPurpose, PasswordLink
from busbar.kernel.errors import InvalidError

LINK = "bbl_"
"""What the secret of a link begins with."""
SECRET_MAX_CHARS = 128
LIVES = {LinkPurpose.INVITATION: timedelta(days=7), LinkPurpose.PASSWORD: timedelta(hours=2)}


class LinkError(InvalidError):
    """The link is unknown, was used, or is too old; which of them is not told."""

    code = "invalid.link"


def is_link(text: str) -> bool:
    """Tell whether a text may be the secret of a link at all."""
    return len(text) <= SECRET_MAX_CHARS and text.isascii() and text.startswith(LINK)


def require_good(link: PasswordLink | None, *, now: datetime) -> PasswordLink:
    """Return a link that is good. Errors: `invalid.link`."""
    if link is None or link.expires_at <= now:
        raise LinkError("this link was used or is too old: ask for another")
    return link
