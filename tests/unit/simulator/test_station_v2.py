"""A virtual 2.0.1 or 2.1 station over its life: what it says, in which order, and what it keeps."""

import pytest

from busbar.simulator.behaviour import Behaviour
from tests.unit.simulator.timeline import Yard

TARIFF = {"tariffId": "T1", "currency": "EUR", "energy": {"prices": [{"priceKwh": 0.3}]}}
DAY_PROFILE = {
    "id": 11,
    "stackLevel": 0,
    "chargingProfilePurpose": "TxDefaultProfile",
    "chargingProfileKind": "Recurring",
    "recurrencyKind": "Daily",
    "chargingSchedule": [
        {
            "id": 1,
            "chargingRateUnit": "W",
            "startSchedule": "2026-03-01T00:00:00Z",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 22000}, {"startPeriod": 28_860, "limit": 6900}],
        }
    ],
}


BOTH = pytest.mark.parametrize("protocol", ["2.0.1", "2.1"])


def events(yard):
    return yard.desk.said("TransactionEvent")


def outline(yard):
    return [
        (each["eventType"], each["triggerReason"], each["transactionInfo"]["chargingState"]) for each in events(yard)
    ]


@BOTH
def test_it_boots_and_reports_every_connector(protocol):
    yard = Yard(protocol, evses=["ac22", "dc60"])
    (boot,) = yard.desk.said("BootNotification")
    assert boot["reason"] == "PowerUp"
    assert boot["chargingStation"]["serialNumber"] == "CS-1"
    assert (yard.desk.statuses(1), yard.desk.statuses(2)) == (["Available"], ["Available"])


@BOTH
def test_a_whole_charge_by_token(protocol):
    yard = Yard(protocol, settings={"SampledDataCtrlr.TxUpdatedInterval": "30"})
    yard.charge(duration_s=65)
    yard.present()
    yard.run(1)
    yard.unplug()
    yard.run(1)
    assert outline(yard) == [
        ("Started", "Authorized", "EVConnected"),
        ("Updated", "ChargingStateChanged", "Charging"),
        ("Updated", "MeterValuePeriodic", "Charging"),
        ("Updated", "MeterValuePeriodic", "Charging"),
        ("Ended", "StopAuthorized", "EVConnected"),
    ]
    assert [each["seqNo"] for each in events(yard)] == [0, 1, 2, 3, 4]
    assert [each["evse"] for each in events(yard)] == [{"id": 1, "connectorId": 1}] * 5
    assert [("idToken" in each) for each in events(yard)] == [True, False, False, False, True]
    assert events(yard)[-1]["transactionInfo"]["stoppedReason"] == "Local"
    assert events(yard)[1]["numberOfPhasesUsed"] == 3
    assert yard.desk.statuses() == ["Available", "Occupied", "Available"]
    (record,) = yard.finished
    assert record.ref == events(yard)[0]["transactionInfo"]["transactionId"]
    assert record.is_delivered
    begin = events(yard)[0]["meterValue"][0]["sampledValue"][0]
    assert (begin["context"], begin["value"]) == ("Transaction.Begin", record.meter_start_wh)


def test_direct_current_tells_the_state_of_charge():
    yard = Yard("2.0.1", evses=["dc150"], settings={"SampledDataCtrlr.TxUpdatedInterval": "10"})
    yard.charge(duration_s=100, model="family", soc_permille=200)
    meter = events(yard)[-1]["meterValue"][0]["sampledValue"]
    values = {each["measurand"]: each for each in meter}
    assert 20 <= values["SoC"]["value"] <= 24
    assert values["SoC"]["location"] == "EV"
    assert 100_000 < values["Power.Active.Import"]["value"] <= 150_000
    assert "phase" not in values["Voltage"]


@pytest.mark.parametrize(
    ("start", "stop", "expected"),
    [
        (
            "EVConnected",
            "EVConnected",
            [("Started", "CablePluggedIn"), ("Updated", "Authorized"), ("Updated", "ChargingStateChanged"),
             ("Updated", "StopAuthorized"), ("Ended", "EVDeparted")],
        ),
        (
            "Authorized",
            "Authorized",
            [("Started", "Authorized"), ("Updated", "ChargingStateChanged"), ("Ended", "StopAuthorized")],
        ),
        (
            "EnergyTransfer",
            "EnergyTransfer",
            [("Started", "ChargingStateChanged"), ("Ended", "StopAuthorized")],
        ),
    ],
)  # fmt: skip
def test_transactions_begin_and_end_where_configured(start, stop, expected):
    yard = Yard(
        "2.0.1",
        settings={
            "TxCtrlr.TxStartPoint": start, "TxCtrlr.TxStopPoint": stop, "SampledDataCtrlr.TxUpdatedInterval": "0",
        },
    )  # fmt: skip
    yard.plug_in()
    yard.run(5)
    yard.present()
    yard.run(10)
    yard.present()
    yard.run(5)
    yard.unplug()
    yard.run(5)
    assert [(kind, trigger) for kind, trigger, _ in outline(yard)] == expected
    reason = events(yard)[-1]["transactionInfo"]["stoppedReason"]
    assert reason == "Local"


def test_a_transaction_without_a_vehicle_times_out():
    yard = Yard("2.0.1", settings={"TxCtrlr.TxStartPoint": "Authorized"})
    yard.present()
    yard.run(65)
    assert outline(yard)[-1] == ("Ended", "EVConnectTimeout", "Idle")
    assert events(yard)[-1]["transactionInfo"]["stoppedReason"] == "Timeout"


@BOTH
def test_remote_start_before_plugging_in(protocol):
    yard = Yard(protocol)
    request = {"remoteStartId": 77, "idToken": {"idToken": "APP-1", "type": "Central"}, "evseId": 1}
    assert yard.desk.command("RequestStartTransaction", request) == {"status": "Accepted"}
    again = yard.desk.command("RequestStartTransaction", request)
    assert again["status"] == "Rejected"
    assert yard.desk.statuses() == ["Available"]
    yard.plug_in()
    yard.run(5)
    first = events(yard)[0]
    assert (first["triggerReason"], first["transactionInfo"]["remoteStartId"]) == ("RemoteStart", 77)
    assert first["idToken"] == {"idToken": "APP-1", "type": "Central"}
    ref = first["transactionInfo"]["transactionId"]
    assert yard.desk.command("GetTransactionStatus", {"transactionId": ref})["ongoingIndicator"] is True
    assert yard.desk.command("RequestStopTransaction", {"transactionId": "nobody's"})["status"] == "Rejected"
    assert yard.desk.command("RequestStopTransaction", {"transactionId": ref}) == {"status": "Accepted"}
    assert outline(yard)[-1][:2] == ("Ended", "RemoteStop")
    assert yard.desk.command("GetTransactionStatus", {"transactionId": ref}) == {
        "ongoingIndicator": False, "messagesInQueue": False,
    }  # fmt: skip


def test_a_token_refused_by_the_first_event_stops():
    yard = Yard("2.0.1")
    yard.desk.answers["TransactionEvent"] = lambda event: (
        {"idTokenInfo": {"status": "Blocked"}} if "idToken" in event else {}
    )
    yard.charge()
    assert outline(yard)[-1][:2] == ("Ended", "Deauthorized")
    assert events(yard)[-1]["transactionInfo"]["stoppedReason"] == "DeAuthorized"


def test_events_offline_are_flagged_and_delivered_later():
    yard = Yard("2.0.1", settings={"SampledDataCtrlr.TxUpdatedInterval": "30"})
    yard.charge(duration_s=35)
    yard.desk.lose()
    yard.run(60)
    yard.unplug()
    yard.run(5)
    assert len(events(yard)) == 3
    yard.desk.restore()
    yard.run(5)
    assert [each["seqNo"] for each in events(yard)] == [0, 1, 2, 3, 4, 5]
    assert [each.get("offline", False) for each in events(yard)] == [False, False, False, True, True, True]
    assert yard.finished[0].is_delivered
    assert len(yard.desk.said("BootNotification")) == 1


def test_a_full_memory_drops_every_other_meter_event():
    yard = Yard("2.0.1", settings={"SampledDataCtrlr.TxUpdatedInterval": "1"})
    yard.charge(duration_s=3, model="truck", soc_permille=10)
    yard.desk.lose()
    yard.run(6_000)
    yard.unplug()
    yard.desk.restore()
    yard.run(60)
    numbers = [each["seqNo"] for each in events(yard)]
    assert numbers == sorted(numbers)
    assert events(yard)[-1]["eventType"] == "Ended"
    assert yard.station.books.dropped["TransactionEvent"] > 1_000
    assert len(numbers) < 5_100


def test_careless_stations_repeat_lose_and_reorder():
    behaviour = Behaviour(repeats_permille=500, reorders_permille=300, loses_permille=300)
    yard = Yard("2.0.1", behaviour=behaviour, settings={"SampledDataCtrlr.TxUpdatedInterval": "1"})
    yard.desk.lose()
    yard.station.speaker.set_locally("AuthCtrlr.OfflineTxForUnknownIdEnabled", "true")
    yard.charge(duration_s=200)
    yard.unplug()
    yard.desk.restore()
    yard.run(60)
    numbers = [each["seqNo"] for each in events(yard)]
    assert numbers != sorted(numbers)
    assert len(numbers) != len(set(numbers))
    assert set(numbers) < set(range(max(numbers) + 1))
    assert yard.finished[0].is_delivered


def test_reset_on_idle_waits_for_the_driver():
    yard = Yard("2.0.1")
    yard.charge()
    assert yard.desk.command("Reset", {"type": "OnIdle"}) == {"status": "Scheduled"}
    yard.run(30)
    assert len(yard.desk.said("BootNotification")) == 1
    yard.unplug()
    yard.run(30)
    assert yard.desk.said("BootNotification")[-1]["reason"] == "ScheduledReset"


def test_immediate_reset_ends_the_transaction():
    yard = Yard("2.0.1")
    yard.charge()
    assert yard.desk.command("Reset", {"type": "Immediate"}) == {"status": "Accepted"}
    yard.run(30)
    assert events(yard)[-1]["transactionInfo"]["stoppedReason"] == "ImmediateReset"
    assert yard.desk.said("BootNotification")[-1]["reason"] == "RemoteReset"


def test_reset_of_one_evse():
    yard = Yard("2.0.1", evses=2)
    assert yard.desk.command("Reset", {"type": "Immediate", "evseId": 2}) == {"status": "Accepted"}
    yard.run(10)
    assert yard.desk.statuses(2) == ["Available", "Unavailable", "Available"]
    assert len(yard.desk.said("BootNotification")) == 1


def test_transactions_resume_after_a_reset_of_2_1():
    yard = Yard("2.1", settings={"SampledDataCtrlr.TxUpdatedInterval": "10"})
    yard.charge(duration_s=12)
    yard.desk.command("Reset", {"type": "ImmediateAndResume"})
    yard.run(40)
    kinds = [(kind, trigger) for kind, trigger, _ in outline(yard)]
    assert ("Updated", "TxResumed") in kinds
    assert kinds[-1] == ("Updated", "MeterValuePeriodic")
    assert len({each["transactionInfo"]["transactionId"] for each in events(yard)}) == 1


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
    assert [trigger for _, trigger, _ in outline(yard)].count("MeterValuePeriodic") >= 3


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


@BOTH
def test_profiles_are_obeyed_reported_composed_and_cleared(protocol):
    yard = Yard(protocol)
    assert yard.desk.command("SetChargingProfile", {"evseId": 0, "chargingProfile": DAY_PROFILE}) == {
        "status": "Accepted"
    }
    yard.charge(duration_s=30)
    # 08:00 is before the step at 08:01; the vehicle takes 11 kW
    assert yard.evse().flow.power_w > 10_500
    schedule = yard.desk.command("GetCompositeSchedule", {"evseId": 1, "duration": 3600, "chargingRateUnit": "W"})
    periods = schedule["schedule"]["chargingSchedulePeriod"]
    assert [each["limit"] for each in periods] == [22000, 6900]
    assert periods[1]["startPeriod"] in {28, 29}
    yard.run(60)
    assert 6_600 < yard.evse().flow.power_w <= 6_900
    assert ("Updated", "ChargingRateChanged", "Charging") in outline(yard)
    duplicate = {**DAY_PROFILE, "id": 12}
    refused = yard.desk.command("SetChargingProfile", {"evseId": 1, "chargingProfile": duplicate})
    assert refused == {"status": "Rejected", "statusInfo": {"reasonCode": "DuplicateProfile"}}
    report = {"requestId": 3, "chargingProfile": {"chargingProfilePurpose": "TxDefaultProfile"}}
    assert yard.desk.command("GetChargingProfiles", report) == {"status": "Accepted"}
    assert yard.desk.said("ReportChargingProfiles")[0]["chargingProfile"][0]["id"] == 11
    assert yard.desk.command("ClearChargingProfile", {"chargingProfileId": 11}) == {"status": "Accepted"}
    assert yard.desk.command("ClearChargingProfile", {"chargingProfileId": 11}) == {"status": "Unknown"}
    assert yard.evse().flow.power_w > 10_500
    assert yard.desk.command("GetChargingProfiles", report) == {"status": "NoProfiles"}


def test_a_limit_below_six_ampere_suspends():
    yard = Yard("2.0.1")
    yard.charge(duration_s=30)
    ref = events(yard)[0]["transactionInfo"]["transactionId"]
    profile = {
        "id": 5, "stackLevel": 0, "chargingProfilePurpose": "TxProfile", "chargingProfileKind": "Relative",
        "transactionId": ref,
        "chargingSchedule": [
            {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 4}]}
        ],
    }  # fmt: skip
    assert yard.desk.command("SetChargingProfile", {"evseId": 1, "chargingProfile": profile}) == {"status": "Accepted"}
    assert outline(yard)[-1][2] == "SuspendedEVSE"
    wrong = {**profile, "transactionId": "other"}
    assert yard.desk.command("SetChargingProfile", {"evseId": 1, "chargingProfile": wrong})["status"] == "Rejected"


def test_a_dynamic_profile_of_2_1_changes_at_once():
    yard = Yard("2.1")
    profile = {
        "id": 8, "stackLevel": 1, "chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Dynamic",
        "dynUpdateInterval": 60,
        "chargingSchedule": [
            {"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}]}
        ],
    }  # fmt: skip
    yard.desk.answers["PullDynamicScheduleUpdate"] = lambda _: {"status": "Accepted", "scheduleUpdate": {"limit": 7}}
    assert yard.desk.command("SetChargingProfile", {"evseId": 1, "chargingProfile": profile}) == {"status": "Accepted"}
    yard.charge(duration_s=30)
    update = {"chargingProfileId": 8, "scheduleUpdate": {"limit": 10}}
    assert yard.desk.command("UpdateDynamicSchedule", update) == {"status": "Accepted"}
    assert yard.evse().flow.offered_ma == 10_000
    yard.run(60)
    assert yard.evse().flow.offered_ma == 7_000


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


def test_tariffs_and_grid_controls_of_2_1_are_kept():
    yard = Yard("2.1")
    assert yard.desk.command("SetDefaultTariff", {"evseId": 0, "tariff": TARIFF}) == {"status": "Accepted"}
    assert yard.desk.command("GetTariffs", {"evseId": 1})["tariffAssignments"][0]["tariffId"] == "T1"
    cleared = yard.desk.command("ClearTariffs", {"tariffIds": ["T1", "T2"]})["clearTariffsResult"]
    assert [(each["tariffId"], each["status"]) for each in cleared] == [("T1", "Accepted"), ("T2", "NoTariff")]
    droop = {
        "priority": 1, "overFreq": 50.2, "underFreq": 49.8, "overDroop": 5, "underDroop": 5, "responseTime": 1,
    }  # fmt: skip
    control = {"isDefault": False, "controlId": "D1", "controlType": "FreqDroop", "freqDroop": droop}
    assert yard.desk.command("SetDERControl", control) == {"status": "Accepted"}
    newer = yard.desk.command("SetDERControl", {**control, "controlId": "D2"})
    assert newer == {"status": "Accepted", "supersededIds": ["D1"]}
    assert yard.desk.command("GetDERControl", {"requestId": 4}) == {"status": "Accepted"}
    (report,) = yard.desk.said("ReportDERControl")
    assert [(each["id"], each["isSuperseded"]) for each in report["freqDroop"]] == [("D1", True), ("D2", False)]
    assert yard.desk.command("ClearDERControl", {"isDefault": False}) == {"status": "Accepted"}
    assert yard.desk.command("GetDERControl", {"requestId": 5}) == {"status": "NotFound"}


def test_batteries_are_swapped():
    yard = Yard("2.1")
    request = {"requestId": 6, "idToken": {"idToken": "RIDER", "type": "ISO14443"}}
    assert yard.desk.command("RequestBatterySwap", request) == {"status": "Accepted"}
    yard.run(30)
    assert [each["eventType"] for each in yard.desk.said("BatterySwap")] == ["BatteryIn", "BatteryOut"]


def test_unlocking_does_not_disturb_a_charge():
    yard = Yard("2.0.1")
    yard.charge()
    place = {"evseId": 1, "connectorId": 1}
    assert yard.desk.command("UnlockConnector", place) == {"status": "OngoingAuthorizedTransaction"}
    yard.unplug()
    yard.run(1)
    assert yard.desk.command("UnlockConnector", place) == {"status": "Unlocked"}
    assert yard.desk.command("UnlockConnector", {"evseId": 1, "connectorId": 4}) == {"status": "UnknownConnector"}


def test_reservations_are_reported_when_they_end():
    yard = Yard("2.0.1")
    request = {
        "id": 9, "expiryDateTime": "2026-03-02T08:02:00Z", "idToken": {"idToken": "T", "type": "ISO14443"}, "evseId": 1,
    }  # fmt: skip
    assert yard.desk.command("ReserveNow", request) == {"status": "Accepted"}
    yard.run(130)
    assert yard.desk.said("ReservationStatusUpdate") == [{"reservationId": 9, "reservationUpdateStatus": "Expired"}]
    assert yard.desk.statuses() == ["Available", "Reserved", "Available"]
    assert yard.desk.command("ReserveNow", {**request, "expiryDateTime": "2026-03-02T10:00:00Z"}) == {
        "status": "Accepted"
    }
    yard.station.charging.set_fault(yard.evse(), "InternalError")
    yard.run(1)
    assert yard.desk.said("ReservationStatusUpdate")[-1]["reservationUpdateStatus"] == "Removed"


def test_master_pass_stops_any_transaction():
    yard = Yard("2.0.1")
    change = {
        "component": {"name": "AuthCtrlr"},
        "variable": {"name": "MasterPassGroupId"},
        "attributeValue": "MASTERS",
    }
    yard.desk.command("SetVariables", {"setVariableData": [change]})
    yard.charge()
    yard.desk.answers["Authorize"] = lambda _: {
        "idTokenInfo": {"status": "Accepted", "groupIdToken": {"idToken": "MASTERS", "type": "Central"}}
    }
    yard.present("KEEPER")
    yard.run(1)
    assert events(yard)[-1]["transactionInfo"]["stoppedReason"] == "MasterPass"


def test_a_certificate_is_asked_for_and_taken():
    yard = Yard("2.0.1")
    trigger = {"requestedMessage": "SignChargingStationCertificate"}
    assert yard.desk.command("TriggerMessage", trigger, wait_s=1) == {"status": "Accepted"}
    assert "BEGIN CERTIFICATE REQUEST" in yard.desk.said("SignCertificate")[0]["csr"]
    assert yard.desk.command("CertificateSigned", {"certificateChain": "nonsense"}) == {"status": "Rejected"}
    assert yard.desk.said("SecurityEventNotification")[0]["type"] == "InvalidChargingStationCertificate"
