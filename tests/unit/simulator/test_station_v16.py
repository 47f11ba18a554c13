"""A virtual 1.6 station over its life: what it says, in which order, and what it keeps."""

import pytest

from busbar.simulator.behaviour import Behaviour
from tests.unit.simulator.timeline import Yard


def test_it_boots_and_reports_every_connector():
    yard = Yard(evses=2)
    assert [action for action, _ in yard.desk.calls] == ["BootNotification"] + ["StatusNotification"] * 3
    assert [(each["connectorId"], each["status"]) for each in yard.desk.said("StatusNotification")] == [
        (0, "Available"), (1, "Available"), (2, "Available"),
    ]  # fmt: skip


def test_a_whole_charge_by_token():
    yard = Yard(settings={"MeterValueSampleInterval": "30"})
    yard.charge(duration_s=100)
    yard.present()
    yard.run(1)
    yard.unplug()
    yard.run(1)
    actions = [action for action, _ in yard.desk.calls[3:]]
    assert actions == [
        "StatusNotification", "Authorize", "StartTransaction", "StatusNotification", "MeterValues", "MeterValues",
        "MeterValues", "StopTransaction", "StatusNotification", "StatusNotification",
    ]  # fmt: skip
    assert yard.desk.statuses() == ["Available", "Preparing", "Charging", "Finishing", "Available"]
    start, stop = yard.desk.said("StartTransaction")[0], yard.desk.said("StopTransaction")[0]
    assert stop["transactionId"] == 1
    assert stop["reason"] == "Local"
    assert stop["idTag"] == "TOKEN-1"
    # 11 kW for the 97 s after the talk over the cable
    assert 290 <= stop["meterStop"] - start["meterStart"] <= 300
    contexts = [value["sampledValue"][0]["context"] for value in stop["transactionData"]]
    assert contexts[0] == "Transaction.Begin"
    assert contexts[-1] == "Transaction.End"
    (record,) = yard.finished
    assert (record.ref, record.reason, record.is_delivered) == ("1", "Local", True)
    assert record.meter_stop_wh == stop["meterStop"]


def test_the_token_may_come_before_the_vehicle():
    yard = Yard()
    yard.present()
    yard.run(5)
    assert yard.desk.statuses()[-1] == "Preparing"
    yard.plug_in()
    yard.run(10)
    assert yard.desk.statuses()[-1] == "Charging"


def test_a_permission_lapses_when_nothing_is_plugged_in():
    yard = Yard()
    yard.present()
    yard.run(61)
    assert yard.desk.statuses() == ["Available", "Preparing", "Available"]
    yard.plug_in()
    yard.run(10)
    assert yard.desk.said("StartTransaction") == []


def test_an_unknown_token_starts_nothing():
    yard = Yard()
    yard.desk.answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Invalid"}}
    yard.charge()
    assert yard.desk.said("StartTransaction") == []
    assert "refused" in yard.happened


@pytest.mark.parametrize(("unlocks", "statuses"), [("true", ["Charging", "Finishing"]), ("false", ["SuspendedEVSE"])])
def test_a_token_refused_at_the_start_stops_or_starves_the_transaction(unlocks, statuses):
    yard = Yard(settings={"StopTransactionOnInvalidId": unlocks})
    yard.desk.answers["StartTransaction"] = lambda _: {"transactionId": 7, "idTagInfo": {"status": "Blocked"}}
    yard.charge()
    stops = yard.desk.said("StopTransaction")
    assert [stop["reason"] for stop in stops] == (["DeAuthorized"] if unlocks == "true" else [])
    assert yard.desk.statuses()[-1] in statuses
    assert yard.evse().flow.power_w == 0


def test_unplugging_stops_with_that_reason():
    yard = Yard()
    yard.charge()
    yard.unplug()
    yard.run(1)
    assert yard.desk.said("StopTransaction")[0]["reason"] == "EVDisconnected"
    assert yard.desk.statuses()[-1] == "Available"


def test_a_token_of_the_same_group_stops_too():
    yard = Yard()
    yard.desk.answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Accepted", "parentIdTag": "FAMILY"}}
    yard.charge()
    yard.present("TOKEN-2")
    yard.run(1)
    assert yard.desk.said("StopTransaction")[0]["idTag"] == "TOKEN-2"


def test_a_full_battery_suspends_and_the_transaction_stays():
    yard = Yard()
    yard.charge(soc_permille=798, target_permille=800, duration_s=600)
    assert yard.desk.statuses()[-1] == "SuspendedEV"
    assert yard.evse().transaction is not None


def test_remote_start_with_profile_then_remote_stop():
    yard = Yard(settings={"MeterValueSampleInterval": "30"})
    answer = yard.desk.command(
        "RemoteStartTransaction",
        {
            "connectorId": 1,
            "idTag": "remote-11902",
            "chargingProfile": {
                "chargingProfileId": 1,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10}, {"startPeriod": 60, "limit": 8}],
                },
            },
        },
    )
    assert answer == {"status": "Accepted"}
    yard.plug_in()
    yard.run(35)
    assert yard.desk.said("Authorize") == []
    (meter,) = yard.desk.said("MeterValues")
    values = {(each["measurand"], each.get("phase")): each["value"] for each in meter["meterValue"][0]["sampledValue"]}
    assert values["Current.Offered", None] == "10"
    assert 9.8 < float(values["Current.Import", "L1"]) <= 10
    yard.run(60)
    assert yard.evse().flow.offered_ma == 8_000
    assert yard.desk.command("RemoteStopTransaction", {"transactionId": 99}) == {"status": "Rejected"}
    assert yard.desk.command("RemoteStopTransaction", {"transactionId": 1}) == {"status": "Accepted"}
    yard.run(1)
    assert yard.desk.said("StopTransaction")[0]["reason"] == "Remote"
    assert yard.station.profiles.profiles == []


def test_remote_start_may_have_to_be_authorized():
    yard = Yard(settings={"AuthorizeRemoteTxRequests": "true"})
    yard.desk.answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Blocked"}}
    assert yard.desk.command("RemoteStartTransaction", {"idTag": "X"}) == {"status": "Accepted"}
    yard.plug_in()
    yard.run(10)
    assert yard.desk.said("StartTransaction") == []


def test_transactions_offline_are_delivered_later_in_order():
    yard = Yard(settings={"AllowOfflineTxForUnknownId": "true", "MeterValueSampleInterval": "30"})
    yard.desk.lose()
    yard.charge(duration_s=65)
    yard.present()
    yard.unplug()
    yard.run(5)
    before = len(yard.desk.calls)
    yard.desk.restore()
    yard.run(5)
    actions = [action for action, _ in yard.desk.calls[before:] if action != "StatusNotification"]
    assert actions == ["StartTransaction", "MeterValues", "MeterValues", "StopTransaction"]
    assert all(each["transactionId"] == 1 for each in yard.desk.said("MeterValues", "StopTransaction"))
    assert yard.finished[0].is_delivered
    assert yard.finished[0].began_offline


def test_what_is_refused_is_tried_again_and_then_given_up():
    yard = Yard(settings={"TransactionMessageAttempts": "3", "TransactionMessageRetryInterval": "10"})
    yard.desk.errors["StartTransaction"] = "InternalError"
    yard.charge(duration_s=60)
    # at once, after 10 s, after 20 s more
    assert len(yard.desk.said("StartTransaction")) == 3
    yard.unplug()
    yard.run(60)
    assert yard.desk.said("StopTransaction") == []
    assert yard.station.books.dropped["StartTransaction"] == 1
    assert yard.finished[0].ref == ""


def test_what_is_not_answered_is_tried_again():
    yard = Yard(settings={"TransactionMessageRetryInterval": "5"})
    silent = iter([None, None])
    yard.desk.answers["StartTransaction"] = lambda _: next(
        silent, {"transactionId": 5, "idTagInfo": {"status": "Accepted"}}
    )
    yard.charge(duration_s=100)
    assert len(yard.desk.said("StartTransaction")) == 3
    assert yard.evse().transaction.number == 5


def test_a_stop_without_a_known_start_carries_minus_one_if_the_vendor_does_that():
    yard = Yard(behaviour=Behaviour(stops_unknown=True), settings={"TransactionMessageAttempts": "1"})
    yard.desk.errors["StartTransaction"] = "InternalError"
    yard.charge()
    yard.unplug()
    yard.run(1)
    assert yard.desk.said("StopTransaction")[0]["transactionId"] == -1


def test_pending_station_asks_again_and_says_nothing_else():
    yard = Yard(is_booted=False)
    states = iter(["Pending", "Rejected", "Accepted"])
    yard.desk.answers["BootNotification"] = lambda _: {
        "status": next(states), "currentTime": yard.timeline.clock.now().isoformat(), "interval": 10,
    }  # fmt: skip
    yard.run(5)
    yard.plug_in()
    assert [action for action, _ in yard.desk.calls] == ["BootNotification"]
    yard.desk.command("TriggerMessage", {"requestedMessage": "StatusNotification", "connectorId": 1})
    assert yard.desk.statuses() == ["Preparing"]
    assert yard.desk.command("RemoteStartTransaction", {"idTag": "X"}) == {"status": "Rejected"}
    yard.run(10)
    refused = yard.desk.command("GetLocalListVersion", {})
    assert refused[0] == "SecurityError"
    yard.run(10)
    assert len(yard.desk.said("BootNotification")) == 3
    assert yard.station.is_registered


@pytest.mark.parametrize(("kind", "reason"), [("Soft", "SoftReset"), ("Hard", "HardReset")])
def test_reset_ends_the_transaction_and_boots_again(kind, reason):
    yard = Yard()
    yard.charge()
    assert yard.desk.command("Reset", {"type": kind}) == {"status": "Accepted"}
    yard.run(20)
    assert yard.desk.said("StopTransaction")[0]["reason"] == reason
    assert len(yard.desk.said("BootNotification")) == 2
    assert yard.desk.statuses()[-1] == "Finishing"
    assert yard.finished[0].is_delivered


def test_power_loss_is_reported_when_it_wakes():
    yard = Yard()
    yard.charge(duration_s=63)
    yard.station.lose_power(120)
    yard.run(100)
    assert yard.desk.said("StopTransaction") == []
    yard.run(40)
    (stop,) = yard.desk.said("StopTransaction")
    assert stop["reason"] == "PowerLoss"
    # 60 s at 11 kW, and nothing in the dark
    assert 180 <= yard.finished[0].energy_mws // 3_600_000 <= 184
    assert stop["meterStop"] == yard.evse().meter.energy_wh
    assert len(yard.desk.said("BootNotification")) == 2


def test_a_fault_stops_and_clears():
    yard = Yard()
    yard.charge()
    yard.station.charging.set_fault(yard.evse(), "GroundFailure")
    yard.run(1)
    fault = yard.desk.said("StatusNotification")[-1]
    assert (fault["status"], fault["errorCode"]) == ("Faulted", "GroundFailure")
    assert yard.desk.said("StopTransaction")[0]["reason"] == "Other"
    yard.station.charging.clear_fault(yard.evse())
    yard.run(1)
    assert yard.desk.statuses()[-1] == "Finishing"


def test_unavailable_at_once_or_after_the_transaction():
    yard = Yard(evses=2)
    yard.charge(1)
    change = {"connectorId": 0, "type": "Inoperative"}
    assert yard.desk.command("ChangeAvailability", change) == {"status": "Scheduled"}
    assert yard.desk.statuses(2)[-1] == "Unavailable"
    assert yard.desk.statuses(1)[-1] == "Charging"
    yard.unplug(1)
    yard.run(1)
    assert yard.desk.statuses(1)[-1] == "Unavailable"
    assert yard.desk.command("ChangeAvailability", {"connectorId": 1, "type": "Operative"}) == {"status": "Accepted"}
    assert yard.desk.statuses(1)[-1] == "Available"


def test_unlocking_stops_the_transaction():
    yard = Yard()
    yard.charge()
    assert yard.desk.command("UnlockConnector", {"connectorId": 1}) == {"status": "Unlocked"}
    assert yard.desk.said("StopTransaction")[0]["reason"] == "UnlockCommand"
    assert yard.desk.command("UnlockConnector", {"connectorId": 9}) == {"status": "NotSupported"}


def test_clock_aligned_values_fall_on_full_intervals():
    yard = Yard(settings={"ClockAlignedDataInterval": "900", "MeterValueSampleInterval": "0"}, is_booted=False)
    yard.run(2_000)
    times = [each["meterValue"][0]["timestamp"] for each in yard.desk.said("MeterValues")]
    assert [time[:19] for time in times] == ["2026-03-02T08:15:00", "2026-03-02T08:30:00"]


def test_configuration_is_read_and_changed():
    yard = Yard()
    answer = yard.desk.command("GetConfiguration", {"key": ["heartbeatinterval", "Nonsense", "AuthorizationKey"]})
    assert answer["unknownKey"] == ["Nonsense"]
    assert {"key": "HeartbeatInterval", "readonly": False, "value": "300"} in answer["configurationKey"]
    assert {"key": "AuthorizationKey", "readonly": False} in answer["configurationKey"]
    assert len(yard.desk.command("GetConfiguration", {})["configurationKey"]) > 40
    for key, value, status in (
        ("MeterValueSampleInterval", "5", "Accepted"),
        ("MeterValueSampleInterval", "-5", "Rejected"),
        ("NumberOfConnectors", "5", "Rejected"),
        ("Nonsense", "5", "NotSupported"),
        ("SecurityProfile", "1", "RebootRequired"),
        ("AuthorizationKey", "short", "Rejected"),
        ("MeterValuesSampledData", "Voltage,Gravity", "Rejected"),
        ("LocalPreAuthorize", "maybe", "Rejected"),
    ):
        assert yard.desk.command("ChangeConfiguration", {"key": key, "value": value}) == {"status": status}, key
    yard.charge(duration_s=20)
    assert len(yard.desk.said("MeterValues")) == 3


def test_a_reservation_keeps_the_connector_for_its_token():
    yard = Yard()
    reserve = {
        "connectorId": 1, "expiryDate": "2026-03-02T09:00:00Z", "idTag": "TOKEN-1", "reservationId": 4,
    }  # fmt: skip
    assert yard.desk.command("ReserveNow", reserve) == {"status": "Accepted"}
    assert yard.desk.statuses()[-1] == "Reserved"
    assert yard.desk.command("ReserveNow", {**reserve, "reservationId": 5}) == {"status": "Occupied"}
    yard.present("SOMEBODY")
    yard.run(5)
    assert yard.desk.statuses()[-1] == "Reserved"
    yard.present("TOKEN-1")
    yard.plug_in()
    yard.run(5)
    assert yard.desk.said("StartTransaction")[0]["reservationId"] == 4
    assert yard.desk.command("CancelReservation", {"reservationId": 4}) == {"status": "Rejected"}


def test_a_reservation_ends_by_itself():
    yard = Yard()
    reserve = {"connectorId": 1, "expiryDate": "2026-03-02T08:05:00Z", "idTag": "T", "reservationId": 4}
    yard.desk.command("ReserveNow", reserve)
    yard.run(310)
    assert yard.desk.statuses() == ["Available", "Reserved", "Available"]


def test_the_local_list_counts_when_offline():
    yard = Yard()
    whole = {
        "listVersion": 3,
        "updateType": "Full",
        "localAuthorizationList": [
            {"idTag": "GOOD", "idTagInfo": {"status": "Accepted"}},
            {"idTag": "BAD", "idTagInfo": {"status": "Blocked"}},
        ],
    }
    assert yard.desk.command("SendLocalList", whole) == {"status": "Accepted"}
    assert yard.desk.command("GetLocalListVersion", {}) == {"listVersion": 3}
    older = {"listVersion": 3, "updateType": "Differential", "localAuthorizationList": []}
    assert yard.desk.command("SendLocalList", older) == {"status": "VersionMismatch"}
    yard.desk.lose()
    yard.plug_in()
    for token, runs in (("BAD", False), ("STRANGER", False), ("good", True)):
        yard.present(token)
        assert (yard.evse().transaction is not None) is runs, token


def test_firmware_update_is_told_step_by_step():
    yard = Yard()
    update = {"location": "https://files.example/fw/v2.4.bin", "retrieveDate": "2026-03-02T08:00:00Z"}
    assert yard.desk.command("UpdateFirmware", update) == {}
    yard.run(90)
    statuses = [each["status"] for each in yard.desk.said("FirmwareStatusNotification")]
    assert statuses == ["Downloading", "Downloaded", "Installing", "Installed"]
    assert yard.desk.said("BootNotification")[-1]["firmwareVersion"] == "v2.4"
    yard.desk.command("UpdateFirmware", {**update, "location": "floppy:disk"})
    yard.run(30)
    assert yard.desk.said("FirmwareStatusNotification")[-1]["status"] == "DownloadFailed"


def test_diagnostics_are_told_step_by_step():
    yard = Yard()
    assert "fileName" in yard.desk.command("GetDiagnostics", {"location": "ftp://files.example/up"})
    yard.run(30)
    assert [each["status"] for each in yard.desk.said("DiagnosticsStatusNotification")] == ["Uploading", "Uploaded"]


def test_heartbeats_follow_the_boot_interval():
    yard = Yard()
    yard.run(950)
    assert len(yard.desk.said("Heartbeat")) == 3


def test_after_an_interruption_it_reports_without_booting():
    yard = Yard()
    yard.desk.lose()
    yard.run(10)
    yard.desk.restore()
    yard.run(1)
    assert len(yard.desk.said("BootNotification")) == 1
    assert yard.desk.statuses() == ["Available", "Available"]


def test_a_second_token_waits_for_nothing_while_another_charges():
    yard = Yard()
    yard.charge()
    yard.present("TOKEN-2")
    yard.run(5)
    assert yard.desk.said("StopTransaction") == []


def test_a_broken_answer_is_noted_and_life_goes_on():
    yard = Yard()
    yard.desk.answers["Heartbeat"] = lambda _: {"currentTime": 12}
    yard.run(301)
    assert "Heartbeat" in yard.station.books.faults[-1]
    yard.charge()
    assert yard.desk.statuses()[-1] == "Charging"


def test_frames_that_are_no_ocpp_do_no_harm():
    yard = Yard()
    for frame in (
        "",
        "nonsense",
        "[]",
        "[2]",
        '[2,"1","NoSuchThing",{}]',
        '[3,"x",{}]',
        '[2,"2","Reset",{"type":"X"}]',
    ):
        yard.station.receive(frame)
    yard.charge()
    assert yard.desk.statuses()[-1] == "Charging"


def test_a_connection_on_which_nobody_answers_is_given_up():
    yard = Yard()
    yard.desk.answers["Heartbeat"] = lambda _: None
    yard.run(3 * 330)
    assert yard.desk.opened == 2
    assert yard.station.books.answers["Heartbeat!timeout"] == 3


def test_a_connector_that_charges_is_told_by_phase_and_warms_up():
    yard = Yard(
        settings={"MeterValueSampleInterval": "60", "MeterValuesSampledData": "Current.Import,Voltage,Temperature"}
    )
    yard.charge(duration_s=1_000)
    told = [each["meterValue"][0]["sampledValue"] for each in yard.desk.said("MeterValues")]
    assert {tuple(sample.get("phase") for sample in samples) for samples in told} == {
        ("L1", "L2", "L3", "L1-N", "L2-N", "L3-N", None),
    }
    assert {(samples[-1]["unit"], samples[-1]["location"]) for samples in told} == {("Celsius", "Outlet")}
    warmths = [float(samples[-1]["value"]) for samples in told]
    assert 20 < warmths[0] < warmths[4] < warmths[-1] < 28


def test_a_single_phase_station_names_its_phase():
    yard = Yard(evses=["ac7"], settings={"MeterValueSampleInterval": "60"})
    yard.charge(duration_s=100, model="city")
    samples = yard.desk.said("MeterValues")[0]["meterValue"][0]["sampledValue"]
    phases = {each["measurand"]: each.get("phase") for each in samples}
    assert (phases["Current.Import"], phases["Voltage"], phases["Power.Active.Import"]) == ("L1", "L1-N", None)
