from datetime import UTC, datetime, timedelta

import pytest

from busbar.canon.roaming import SavePartner, SetOwnParty
from busbar.domain.roaming import model
from busbar.kernel.errors import BusbarError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def wish(**given):
    values = {"name": "Strada Mobile", "country_code": "IT", "party_id": "STR", **given}
    return SavePartner(operator_id="op", actor="staff:s", **values)


def test_a_partner_has_a_country_and_a_party_id_in_capital_letters():
    partner = model.shape_partner(wish(country_code=" it", party_id="s7r"), before=None, partner_id="p", now=NOW)
    assert (partner.country_code, partner.party_id, partner.is_active) == ("IT", "S7R", True)


@pytest.mark.parametrize("party", ["ITA/STR", "I1/STR", "IT/ST", "IT/STRA", "IT/S-R", "/"])
def test_what_is_no_party_is_refused(party):
    country, party_id = party.split("/")
    for shape in (
        lambda: model.shape_partner(
            wish(country_code=country, party_id=party_id), before=None, partner_id="p", now=NOW
        ),
        lambda: model.shape_own_party(
            SetOwnParty(operator_id="op", actor="staff:s", country_code=country, party_id=party_id)
        ),
    ):
        with pytest.raises(BusbarError) as caught:
            shape()
        assert caught.value.code == "invalid.party"


def test_what_changes_nothing_is_what_was_there():
    before = model.shape_partner(wish(), before=None, partner_id="p", now=NOW)
    later = NOW + timedelta(days=1)
    assert model.shape_partner(wish(), before=before, partner_id="other", now=later) == before
    after = model.shape_partner(wish(is_active=False), before=before, partner_id="other", now=later)
    assert (after.partner_id, after.created_at, after.changed_at, after.is_active) == ("p", NOW, later, False)
