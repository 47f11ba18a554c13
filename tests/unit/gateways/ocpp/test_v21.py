import json

import pytest

from busbar.canon.access import TokenKind
from busbar.canon.metering import Measurand
from busbar.canon.stations import StationNotified
from busbar.gateways.ocpp.translation import RefusedError
from busbar.wire.schema.codes import ErrorCode

from .conftest import NOW

T = "2026-11-21T10:00:00Z"
HASH = {"hashAlgorithm": "SHA256", "issuerNameHash": "a", "issuerKeyHash": "b", "serialNumber": "c"}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("VIN", TokenKind.VIN),
        ("DirectPayment", TokenKind.DIRECT_PAYMENT),
        ("EVCCID", TokenKind.MAC),
        ("SomethingNew", TokenKind.OTHER),
    ],
)
def test_tokens_of_2_1(v21, word, kind):
    assert v21.report("Authorize", {"idToken": {"idToken": "X", "type": word}}).id_token.kind is kind


@pytest.mark.parametrize(
    ("action", "payload", "answer"),
    [
        (
            "OpenPeriodicEventStream",
            {
                "constantStreamData": {
                    "id": 1,
                    "params": {"interval": 5, "values": 10},
                    "variableMonitoringId": 3,
                }
            },
            {"status": "Accepted"},
        ),
        ("ClosePeriodicEventStream", {"id": 1}, {}),
        ("PullDynamicScheduleUpdate", {"chargingProfileId": 1}, {"status": "Rejected"}),
        ("NotifyPriorityCharging", {"transactionId": "T", "activated": True}, {}),
        ("NotifyDERStartStop", {"controlId": "c", "started": True, "timestamp": T}, {}),
    ],
)
def test_what_2_1_adds_is_kept_and_answered(v21, action, payload, answer):
    report = v21.report(action, payload)
    assert isinstance(report, StationNotified)
    assert json.loads(report.payload_json) == payload
    assert v21.answer(action, payload) == answer


def test_a_stream_frame_is_kept(v21):
    payload = {"id": 1, "pending": 0, "basetime": T, "data": [{"t": 0, "v": "230.4"}]}
    step = v21.read("NotifyPeriodicEventStream", payload, kind=6)
    assert (step.report.topic, step.report.at) == ("NotifyPeriodicEventStream", NOW)
    assert json.loads(step.report.payload_json) == payload


def test_no_certificate_chain_is_checked_and_the_answer_says_so(v21):
    # M07.FR.02
    payload = {
        "certificateStatusRequests": [
            {"certificateHashData": HASH, "source": source, "urls": ["http://x.example.org"]}
            for source in ("OCSP", "CRL")
        ]
    }
    assert v21.answer("GetCertificateChainStatus", payload) == {
        "certificateStatus": [
            {"certificateHashData": HASH, "source": source, "status": "Failed", "nextUpdate": T}
            for source in ("OCSP", "CRL")
        ]
    }


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("VatNumberValidation", {"vatNumber": "IT123"}),
        (
            "BatterySwap",
            {
                "batteryData": [{"evseId": 1, "serialNumber": "b", "soC": 80, "soH": 90}],
                "eventType": "BatteryIn",
                "idToken": {"idToken": "x", "type": "Central"},
                "requestId": 1,
            },
        ),
    ],
)
def test_what_cannot_be_answered_truthfully_is_refused(v21, action, payload):
    with pytest.raises(RefusedError) as caught:
        v21.read(action, payload)
    assert caught.value.error_code is ErrorCode.NOT_SUPPORTED


def test_measurands_of_2_1_keep_their_name(v21):
    values = [
        {"value": 12, "measurand": "Current.Import.Offered", "unitOfMeasure": {"unit": "A"}},
        {"value": 1.5, "measurand": "EnergyRequest.Target", "unitOfMeasure": {"unit": "kWh"}},
        {"value": 80, "measurand": "Display.TargetSOC", "unitOfMeasure": {"unit": "Percent"}},
    ]
    report = v21.report("MeterValues", {"evseId": 1, "meterValue": [{"timestamp": T, "sampledValue": values}]})
    assert [(one.measurand, one.value, one.raw_measurand) for one in report.samples] == [
        (Measurand.CURRENT_OFFERED, 12_000, "Current.Import.Offered"),
        (Measurand.OTHER, 1_500, "EnergyRequest.Target"),
        (Measurand.OTHER, 800, "Display.TargetSOC"),
    ]
