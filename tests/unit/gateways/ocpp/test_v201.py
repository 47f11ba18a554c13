import pytest

from busbar.canon.access import IdToken, TokenKind
from busbar.canon.control import RawCall, RemoteStart
from busbar.canon.stations import Protocol
from busbar.gateways.ocpp.raw import check_request
from busbar.gateways.ocpp.translation import OcppRequestError, UntranslatableError


def test_a_token_has_36_characters_at_most(v201):
    assert (
        v201.call(RemoteStart(id_token=IdToken(value="x" * 36), remote_start_id=1))[1]["idToken"]["idToken"] == "x" * 36
    )
    with pytest.raises(UntranslatableError):
        v201.calls(RemoteStart(id_token=IdToken(value="x" * 37), remote_start_id=1))


@pytest.mark.parametrize("kind", [TokenKind.VIN, TokenKind.DIRECT_PAYMENT, TokenKind.OTHER])
def test_kinds_that_2_0_1_does_not_know_go_out_as_central(v201, kind):
    call = v201.call(RemoteStart(id_token=IdToken(value="x", kind=kind), remote_start_id=1))
    assert call[1]["idToken"]["type"] == "Central"


def test_raw_calls_are_of_the_stations_own_version(v201):
    assert v201.call(RawCall(action="GetLocalListVersion", payload_json="{}")) == ("GetLocalListVersion", {})
    for action in ("UsePriorityCharging", "RemoteStartTransaction"):
        with pytest.raises(OcppRequestError):
            check_request(Protocol.OCPP201, action, "{}")
