"""What a complaint may say, and how it goes on."""

from datetime import UTC, datetime

import pytest

from busbar.canon.complaints import Complaint, ComplaintCategory, ComplaintStatus
from busbar.domain.complaints import model
from busbar.kernel.errors import BusbarError
from busbar.kernel.ids import ComplaintId, OperatorId, StationId

AT = datetime(2026, 3, 1, tzinfo=UTC)
COMPLAINT = Complaint(
    complaint_id=ComplaintId("c"), operator_id=OperatorId("op"), station_id=StationId("S1"),
    category=ComplaintCategory.SLOW, text="", created_at=AT, changed_at=AT,
)  # fmt: skip


def test_an_answer_that_ends_a_complaint_has_words():
    after = model.answer(COMPLAINT, ComplaintStatus.IN_PROGRESS, "", actor="staff:1", now=AT)
    assert (after.status, len(after.entries)) == (ComplaintStatus.IN_PROGRESS, 1)
    with pytest.raises(BusbarError) as caught:
        model.answer(after, ComplaintStatus.REJECTED, " ", actor="staff:1", now=AT)
    assert caught.value.code == "invalid.complaint_text"
    assert model.answer(after, ComplaintStatus.REJECTED, "No.", actor="staff:1", now=AT).entries[-1].text == "No."


def test_a_complaint_is_not_answered_for_ever():
    after = COMPLAINT
    for _ in range(model.ENTRIES_MAX):
        after = model.answer(after, ComplaintStatus.IN_PROGRESS, "", actor="staff:1", now=AT)
    with pytest.raises(BusbarError) as caught:
        model.answer(after, ComplaintStatus.IN_PROGRESS, "", actor="staff:1", now=AT)
    assert caught.value.code == "limit_exceeded.complaints"


@pytest.mark.parametrize(
    ("beginning", "media_type"),
    [(b"\xff\xd8\xff\xe0", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"RIFF1234WEBP", "image/webp")],
)
def test_a_picture_is_known_by_its_first_bytes(beginning, media_type):
    assert model.name_media_type(beginning + b"rest") == media_type


@pytest.mark.parametrize("content", [b"", b"<svg>", b"GIF89a", b"\xff\xd8\xff" + b"x" * model.PHOTO_MAX_BYTES])
def test_what_is_no_picture(content):
    with pytest.raises(BusbarError) as caught:
        model.name_media_type(content)
    assert caught.value.code == "invalid.photo"
