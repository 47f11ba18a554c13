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


@pytest.mark.parametrize("protocol", ["2.0.1", "2.1"])
def test_a_station_that_is_asked_for_currents_and_voltages_samples_every_phase(protocol):
    settings = {
        "SampledDataCtrlr.TxUpdatedInterval": "10",
        "SampledDataCtrlr.TxUpdatedMeasurands": "Current.Import,Voltage",
    }
    yard = Yard(protocol, settings=settings)
    yard.charge(duration_s=300)
    samples = events(yard)[-1]["meterValue"][0]["sampledValue"]
    assert [(each["measurand"], each.get("phase")) for each in samples] == [
        ("Current.Import", "L1"), ("Current.Import", "L2"), ("Current.Import", "L3"),
        ("Voltage", "L1-N"), ("Voltage", "L2-N"), ("Voltage", "L3-N"),
    ]  # fmt: skip
    assert {each["unitOfMeasure"]["unit"] for each in samples[:3]} == {"A"}
    assert {each["unitOfMeasure"]["unit"] for each in samples[3:]} == {"V"}


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


def test_a_2_1_station_says_which_tariff_it_reckons_with_and_takes_another():
    yard = Yard("2.1")
    yard.desk.command("SetDefaultTariff", {"evseId": 0, "tariff": TARIFF})
    yard.charge(duration_s=30)
    assert [each["transactionInfo"].get("tariffId") for each in events(yard)] == ["T1", None], "once (I07.FR.32)"
    reference = events(yard)[0]["transactionInfo"]["transactionId"]
    change = {"transactionId": reference, "tariff": {**TARIFF, "tariffId": "T2"}}
    assert yard.desk.command("ChangeTransactionTariff", {**change, "transactionId": "other"})["status"] == "TxNotFound"
    dollars = {**change, "tariff": {**TARIFF, "currency": "USD"}}
    assert yard.desk.command("ChangeTransactionTariff", dollars)["status"] == "NoCurrencyChange"
    assert yard.desk.command("ChangeTransactionTariff", change) == {"status": "Accepted"}
    yard.run(1)
    told = events(yard)[-1]
    assert (told["triggerReason"], told["transactionInfo"]["tariffId"]) == ("TariffChanged", "T2")  # I11.FR.07


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
