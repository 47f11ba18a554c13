"""What a complaint may say, what a picture is, and how a complaint goes on."""

from datetime import datetime

import msgspec

from busbar.canon.complaints import Complaint, ComplaintEntry, ComplaintStatus
from busbar.kernel.errors import ConflictError, InvalidError, LimitExceededError, NotFoundError

TEXT_MAX_CHARS = 2000
OPEN_MAX = 20
"""A driver's complaints that are not over."""
PHOTOS_MAX = 4
PHOTO_MAX_BYTES = 600_000
"""What the app makes of a picture before it sends it is far smaller."""
ENTRIES_MAX = 100
OVER = frozenset({ComplaintStatus.RESOLVED, ComplaintStatus.REJECTED})


class ComplaintNotFoundError(NotFoundError):
    """There is no such complaint."""

    code = "not_found.complaint"


class ComplaintTextError(InvalidError):
    """A text that is missing or too long."""

    code = "invalid.complaint_text"


class ComplaintClosedError(ConflictError):
    """The complaint is over."""

    code = "conflict.complaint_closed"


class ComplaintLimitError(LimitExceededError):
    """A driver has as many open complaints as may be, or a complaint as many answers."""

    code = "limit_exceeded.complaints"


class PhotoError(InvalidError):
    """Not a picture that we take, or too large."""

    code = "invalid.photo"


class PhotoLimitError(LimitExceededError):
    """A complaint has as many pictures as may be."""

    code = "limit_exceeded.photos"


def read_text(text: str, *, is_needed: bool) -> str:
    """Return a text without outer blanks. Errors: `invalid.complaint_text`."""
    read = text.replace("\x00", "").strip()
    if len(read) > TEXT_MAX_CHARS or (is_needed and not read):
        raise ComplaintTextError(f"write 1 to {TEXT_MAX_CHARS} characters")
    return read


def name_media_type(content: bytes) -> str:
    """Return what kind of picture this is, by its first bytes. Errors: `invalid.photo`."""
    if len(content) > PHOTO_MAX_BYTES:
        raise PhotoError(f"a photo has {PHOTO_MAX_BYTES} bytes at most")
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    raise PhotoError("this is no JPEG, PNG or WebP picture")


def answer(complaint: Complaint, status: ComplaintStatus, text: str, *, actor: str, now: datetime) -> Complaint:
    """Return the complaint with an answer. Errors: `invalid.complaint_text`, `limit_exceeded.complaints`."""
    if len(complaint.entries) >= ENTRIES_MAX:
        raise ComplaintLimitError("this complaint has been answered often enough")
    entry = ComplaintEntry(at=now, status=status, text=read_text(text, is_needed=status in OVER), actor=actor)
    return msgspec.structs.replace(complaint, status=status, entries=(*complaint.entries, entry), changed_at=now)
