import pytest

from busbar.wire import ocpp16, ocpp21
from busbar.wire.ocppj import NotSendableError, PayloadError, Role, Version, dialect_of


def test_each_version_has_one_dialect():
    assert dialect_of(Version.V16) is dialect_of(Version.V16)
    assert {version: len(dialect_of(version).actions) for version in Version} == {
        Version.V16: 39,
        Version.V201: 64,
        Version.V21: 91,
    }


def test_an_action_is_found_by_its_request():
    assert dialect_of(Version.V16).by_request[ocpp16.ResetRequest].name == "Reset"
    assert ocpp21.ResetRequest not in dialect_of(Version.V16).by_request


def test_each_end_has_its_actions():
    by_sender = dialect_of(Version.V16).by_sender
    assert "Reset" in by_sender[Role.CSMS]
    assert "Reset" not in by_sender[Role.STATION]
    assert all("DataTransfer" in actions for actions in by_sender.values())


def test_a_request_by_name_is_read():
    request = dialect_of(Version.V16).read_request("Reset", b'{"type":"Hard"}', sender=Role.CSMS)
    assert request == ocpp16.ResetRequest(type="Hard")


@pytest.mark.parametrize("action", ["Heartbeat", "Nonsense", "reset", "", "x" * 5000])
def test_what_the_end_may_not_send_is_refused(action):
    with pytest.raises(NotSendableError) as caught:
        dialect_of(Version.V16).read_request(action, b"{}", sender=Role.CSMS)
    assert len(caught.value.text) < 200


def test_a_wrong_payload_is_refused():
    with pytest.raises(PayloadError):
        dialect_of(Version.V16).read_request("Reset", b'{"type":"Medium"}', sender=Role.CSMS)
