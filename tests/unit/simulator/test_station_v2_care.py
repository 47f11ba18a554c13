"""What a virtual 2.x station says of itself: variables, reports, monitors, messages, firmware, logs, certificates."""

import pytest

from tests.unit.simulator.timeline import Yard

BOTH = pytest.mark.parametrize("protocol", ["2.0.1", "2.1"])


def triggers(yard):
    return [event["triggerReason"] for event in yard.desk.said("TransactionEvent")]


def test_variables_are_read_and_written():
    yard = Yard("2.0.1")

    def variable(component, name, **more):
        return {"component": {"name": component}, "variable": {"name": name}, **more}

    got = yard.desk.command(
        "GetVariables",
        {
            "getVariableData": [
                variable("OCPPCommCtrlr", "heartbeatinterval"),
                variable("OCPPCommCtrlr", "Gravity"),
                variable("FluxCtrlr", "Enabled"),
                variable("SecurityCtrlr", "BasicAuthPassword"),
                variable("TxCtrlr", "EVConnectionTimeOut", attributeType="MaxSet"),
                variable("TxCtrlr", "EVConnectionTimeOut", attributeType="Target"),
                variable("ChargingStation", "Model"),
            ]
        },
    )["getVariableResult"]
    assert [(each["attributeStatus"], each.get("attributeValue")) for each in got] == [
        ("Accepted", "300"), ("UnknownVariable", None), ("UnknownComponent", None), ("Rejected", None),
        ("Accepted", "86400"), ("NotSupportedAttributeType", None), ("Accepted", "Virtual One"),
    ]  # fmt: skip
    changed = yard.desk.command(
        "SetVariables",
        {
            "setVariableData": [
                variable("SampledDataCtrlr", "TxUpdatedInterval", attributeValue="5"),
                variable("SampledDataCtrlr", "TxUpdatedInterval", attributeValue="-5"),
                variable("TxCtrlr", "TxStartPoint", attributeValue="Authorized,EVConnected"),
                variable("TxCtrlr", "TxStartPoint", attributeValue="Sunrise"),
                variable("ChargingStation", "Model", attributeValue="X"),
                variable("OCPPCommCtrlr", "NetworkConfigurationPriority", attributeValue="2,1"),
                variable("SecurityCtrlr", "BasicAuthPassword", attributeValue="secret-and-long"),
            ]
        },
    )["setVariableResult"]
    assert [each["attributeStatus"] for each in changed] == [
        "Accepted", "Rejected", "Accepted", "Rejected", "Rejected", "RebootRequired", "Accepted",
    ]  # fmt: skip
    yard.charge(duration_s=20)
    assert triggers(yard).count("MeterValuePeriodic") >= 3


def test_a_base_report_comes_in_several_frames():
    yard = Yard("2.0.1", evses=2)
    answer = yard.desk.command("GetBaseReport", {"requestId": 5, "reportBase": "FullInventory"}, wait_s=1)
    assert answer == {"status": "Accepted"}
    reports = yard.desk.said("NotifyReport")
    assert len(reports) > 3
    assert [each["seqNo"] for each in reports] == list(range(len(reports)))
    assert [each.get("tbc", False) for each in reports] == [True] * (len(reports) - 1) + [False]
    names = {(data["component"]["name"], data["variable"]["name"]) for each in reports for data in each["reportData"]}
    assert ("TxCtrlr", "TxStartPoint") in names
    yard.desk.calls.clear()
    yard.desk.command(
        "GetReport", {"requestId": 6, "componentVariable": [{"component": {"name": "EVSE", "evse": {"id": 2}}}]}
    )
    (report,) = yard.desk.said("NotifyReport")
    assert {data["component"]["evse"]["id"] for data in report["reportData"]} == {2}
    nothing = {"requestId": 7, "componentVariable": [{"component": {"name": "Warp"}}]}
    assert yard.desk.command("GetReport", nothing) == {"status": "EmptyResultSet"}


def test_monitors_tell_when_a_threshold_is_crossed():
    yard = Yard("2.0.1", settings={"SampledDataCtrlr.TxUpdatedInterval": "10"})
    power = {"component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Power"}}
    monitor = {**power, "type": "UpperThreshold", "value": 5000, "severity": 4}
    result = yard.desk.command("SetVariableMonitoring", {"setMonitoringData": [monitor, monitor]})[
        "setMonitoringResult"
    ]
    assert [each["status"] for each in result] == ["Accepted", "Duplicate"]
    yard.charge(duration_s=30)
    yard.unplug()
    yard.run(1)
    told = [
        (each["eventData"][0]["trigger"], each["eventData"][0].get("cleared", False))
        for each in yard.desk.said("NotifyEvent")
    ]
    assert told == [("Alerting", False), ("Alerting", True)]
    assert yard.desk.command("GetMonitoringReport", {"requestId": 1}) == {"status": "Accepted"}
    assert yard.desk.said("NotifyMonitoringReport")[0]["monitor"][0]["variableMonitoring"][0]["id"] == 1
    cleared = yard.desk.command("ClearVariableMonitoring", {"id": [1, 9]})["clearMonitoringResult"]
    assert [each["status"] for each in cleared] == ["Accepted", "NotFound"]
    assert yard.desk.command("GetMonitoringReport", {"requestId": 2}) == {"status": "EmptyResultSet"}


def test_a_periodic_stream_of_2_1_flows():
    yard = Yard("2.1")
    monitor = {
        "component": {"name": "EVSE", "evse": {"id": 1}}, "variable": {"name": "Power"},
        "type": "Periodic", "value": 5, "severity": 8, "periodicEventStream": {"interval": 5},
    }  # fmt: skip
    yard.desk.command("SetVariableMonitoring", {"setMonitoringData": [monitor]})
    yard.run(16)
    assert len(yard.desk.said("OpenPeriodicEventStream")) == 1
    assert len(yard.desk.said("NotifyPeriodicEventStream")) == 3
    assert yard.desk.command("GetPeriodicEventStream", {})["constantStreamData"][0]["id"] == 1


def test_messages_are_shown_listed_and_cleared():
    yard = Yard("2.0.1")
    message = {"id": 4, "priority": "InFront", "message": {"format": "UTF8", "content": "Ciao", "language": "it"}}
    assert yard.desk.command("SetDisplayMessage", {"message": message}) == {"status": "Accepted"}
    assert yard.desk.command("GetDisplayMessages", {"requestId": 1}) == {"status": "Accepted"}
    assert yard.desk.said("NotifyDisplayMessages")[0]["messageInfo"] == [message]
    html = {**message, "message": {"format": "HTML", "content": "<b>"}}
    assert yard.desk.command("SetDisplayMessage", {"message": html}) == {"status": "NotSupportedMessageFormat"}
    assert yard.desk.command("ClearDisplayMessage", {"id": 4}) == {"status": "Accepted"}
    assert yard.desk.command("GetDisplayMessages", {"requestId": 2}) == {"status": "Unknown"}


def test_customer_information_is_told_and_forgotten():
    yard = Yard("2.0.1")
    yard.charge()
    request = {"requestId": 1, "report": True, "clear": True, "idToken": {"idToken": "TOKEN-1", "type": "ISO14443"}}
    assert yard.desk.command("CustomerInformation", request) == {"status": "Accepted"}
    assert "TOKEN-1" in yard.desk.said("NotifyCustomerInformation")[0]["data"]
    yard.desk.command("CustomerInformation", request)
    assert yard.desk.said("NotifyCustomerInformation")[1]["data"] == ""


@BOTH
def test_firmware_is_updated_and_told_after_the_reboot(protocol):
    yard = Yard(protocol)
    firmware = {"location": "https://files.example/fw/v9.1.bin", "retrieveDateTime": "2026-03-02T08:00:00Z"}
    assert yard.desk.command("UpdateFirmware", {"requestId": 3, "firmware": firmware}) == {"status": "Accepted"}
    yard.run(90)
    told = [each["status"] for each in yard.desk.said("FirmwareStatusNotification")]
    assert told == ["Downloading", "Downloaded", "Installing", "InstallRebooting", "Installed"]
    boot = yard.desk.said("BootNotification")[-1]
    assert (boot["reason"], boot["chargingStation"]["firmwareVersion"]) == ("FirmwareUpdate", "v9.1")


def test_a_log_goes_up_and_a_newer_request_takes_its_place():
    yard = Yard("2.0.1")
    request = {"logType": "DiagnosticsLog", "requestId": 1, "log": {"remoteLocation": "ftp://files.example/"}}
    assert yard.desk.command("GetLog", request)["status"] == "Accepted"
    yard.run(5)
    assert yard.desk.command("GetLog", {**request, "requestId": 2})["status"] == "AcceptedCanceled"
    yard.run(30)
    told = [(each["status"], each["requestId"]) for each in yard.desk.said("LogStatusNotification")]
    assert told == [("Uploading", 1), ("AcceptedCanceled", 1), ("Uploading", 2), ("Uploaded", 2)]


def test_a_certificate_is_asked_for_and_taken():
    yard = Yard("2.0.1")
    trigger = {"requestedMessage": "SignChargingStationCertificate"}
    assert yard.desk.command("TriggerMessage", trigger, wait_s=1) == {"status": "Accepted"}
    assert "BEGIN CERTIFICATE REQUEST" in yard.desk.said("SignCertificate")[0]["csr"]
    assert yard.desk.command("CertificateSigned", {"certificateChain": "nonsense"}) == {"status": "Rejected"}
    assert yard.desk.said("SecurityEventNotification")[0]["type"] == "InvalidChargingStationCertificate"
