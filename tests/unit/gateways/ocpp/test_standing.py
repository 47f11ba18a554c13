import pytest

from busbar.canon.stations import Protocol, Registration
from busbar.gateways.ocpp.standing import Standing


def stand(protocol, registration):
    standing = Standing(protocol)
    standing.settle(registration)
    return standing


@pytest.mark.parametrize("protocol", list(Protocol))
def test_until_told_otherwise_a_station_counts_as_accepted(protocol):
    standing = Standing(protocol)
    assert standing.refuse_incoming("TransactionEvent") is None
    assert standing.refuse_outgoing("RequestStartTransaction") is None


@pytest.mark.parametrize("protocol", [Protocol.OCPP201, Protocol.OCPP21])
def test_a_pending_station_sends_what_it_was_asked_for_until_it_boots_again(protocol):
    standing = stand(protocol, Registration.PENDING)
    assert standing.refuse_incoming("BootNotification") is None
    assert "B02.FR.09" in (standing.refuse_incoming("NotifyReport") or "")
    standing.note_outgoing("GetBaseReport", None)
    standing.note_outgoing("TriggerMessage", "SignV2GCertificate")
    standing.note_outgoing("SetVariables", None)
    assert standing.refuse_incoming("NotifyReport") is None
    assert standing.refuse_incoming("SignCertificate") is None
    assert standing.refuse_incoming("SetVariables")
    standing.settle(Registration.PENDING)
    assert standing.refuse_incoming("NotifyReport")
    standing.settle(Registration.ACCEPTED)
    assert standing.refuse_incoming("NotifyReport") is None


def test_a_pending_1_6_station_is_let_through():
    assert stand(Protocol.OCPP16, Registration.PENDING).refuse_incoming("StopTransaction") is None


@pytest.mark.parametrize("protocol", list(Protocol))
def test_a_rejected_station_may_only_boot_and_is_asked_nothing(protocol):
    standing = stand(protocol, Registration.BLOCKED)
    assert standing.refuse_incoming("BootNotification") is None
    assert standing.refuse_incoming("Heartbeat")
    assert standing.refuse_outgoing("TriggerMessage")


def test_a_pending_station_is_asked_anything_but_to_charge():
    standing = stand(Protocol.OCPP16, Registration.PENDING)
    assert standing.refuse_outgoing("RemoteStartTransaction")
    assert standing.refuse_outgoing("RemoteStopTransaction")
    assert standing.refuse_outgoing("ChangeConfiguration") is None
