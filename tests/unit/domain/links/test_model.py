from datetime import UTC, datetime, timedelta

import pytest

from busbar.canon.links import LinkPurpose, PasswordLink
from busbar.domain.links import model
from busbar.kernel.ids import OperatorId

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LINK = PasswordLink(operator_id=OperatorId("o"), person="staff:1", seen="", expires_at=NOW)


def test_a_link_is_good_until_its_time_and_no_longer():
    assert model.require_good(LINK, now=NOW - timedelta(microseconds=1)) is LINK
    for link, now in ((LINK, NOW), (None, NOW)):
        with pytest.raises(model.LinkError):
            model.require_good(link, now=now)


@pytest.mark.parametrize(
    ("text", "is_link"), [("bbl_abc", True), ("bbs_abc", False), ("bbl_ñ", False), ("bbl_" + "a" * 125, False)]
)
def test_what_may_be_a_link(text, is_link):
    assert model.is_link(text) is is_link


def test_an_invitation_lasts_longer_than_a_link_for_a_forgotten_password():
    assert set(model.LIVES) == set(LinkPurpose)
    assert model.LIVES[LinkPurpose.INVITATION] > model.LIVES[LinkPurpose.PASSWORD]
