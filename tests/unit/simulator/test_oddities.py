"""Careless vendors: what they write differs in form only, and each behaviour shows on the wire."""

import json

import pytest

from busbar.simulator.behaviour import VENDORS, Behaviour
from tests.unit.simulator.timeline import Yard


def samples(yard):
    return yard.desk.said("MeterValues")[-1]["meterValue"][0]["sampledValue"]


def yard_of(behaviour, **more):
    yard = Yard(behaviour=behaviour, settings={"MeterValueSampleInterval": "10"}, **more)
    yard.charge(duration_s=25)
    return yard


def test_energy_in_kilowatt_hours():
    sample = samples(yard_of(Behaviour(is_kwh=True, energy_decimals=3)))[0]
    assert sample["unit"] == "kWh"
    assert len(sample["value"].split(".")[1]) == 3


def test_bare_samples_leave_out_what_has_a_default():
    assert samples(yard_of(Behaviour(has_bare_samples=True)))[0].keys() == {"value"}


def test_extra_fields_and_text_numbers():
    yard = yard_of(Behaviour(has_extra_fields=True, has_text_numbers=True))
    start = yard.desk.said("StartTransaction")[0]
    assert "vendorInfo" in start
    assert start["connectorId"] == "1"


def test_lower_case_enums_and_naive_times():
    yard = yard_of(Behaviour(has_lower_case_enums=True, has_naive_times=True))
    status = yard.desk.said("StatusNotification")[-1]
    assert status["status"] == "charging"
    assert not status["timestamp"].endswith("Z")


def test_nulls_and_numbers_for_text():
    yard = yard_of(Behaviour(has_nulls=True, has_number_values=True))
    assert yard.desk.said("StartTransaction")[0]["reservationId"] is None
    assert isinstance(samples(yard)[0]["value"], int)


def test_in_2_x_only_what_the_schema_allows_is_odd():
    behaviour = Behaviour(has_extra_fields=True, has_text_numbers=True, has_naive_times=True, has_bare_samples=True)
    yard = Yard("2.0.1", behaviour=behaviour)
    yard.charge(duration_s=70)
    event = yard.desk.said("TransactionEvent")[-1]
    assert event["evse"] == {"id": 1, "connectorId": 1}
    assert event["timestamp"].endswith("Z")
    assert event["meterValue"][0]["sampledValue"][0].keys() == {"value"}


def test_a_register_that_begins_anew_with_every_transaction():
    yard = yard_of(Behaviour(resets_meter=True, energy_decimals=6))
    assert yard.desk.said("StartTransaction")[0]["meterStart"] == 0
    yard.unplug()
    yard.run(1)
    stop = yard.desk.said("StopTransaction")[0]
    assert stop["transactionData"][-1]["sampledValue"][0]["value"].startswith(f"{stop['meterStop']}.")


def test_a_wrong_clock_is_set_by_the_boot():
    yard = Yard(behaviour=Behaviour(clock_offset_s=-5_400))
    assert abs((yard.station.now() - yard.timeline.clock.now()).total_seconds()) < 0.1
    stubborn = Yard(behaviour=Behaviour(clock_offset_s=-5_400, never_sets_clock=True))
    assert (stubborn.timeline.clock.now() - stubborn.station.now()).total_seconds() == pytest.approx(5_400)


def test_it_skips_finishing():
    yard = yard_of(Behaviour(skips_finishing=True))
    yard.present()
    yard.run(5)
    yard.unplug()
    yard.run(1)
    assert yard.desk.statuses()[-2:] == ["Charging", "Available"]


def test_it_refuses_stays_silent_and_takes_its_time():
    behaviour = Behaviour(
        rejects=frozenset({"ClearCache", "UnlockConnector", "GetConfiguration"}),
        unsupported=frozenset({"Reset"}),
        silent_on=frozenset({"GetLocalListVersion"}),
        answer_delay_s=4,
    )
    yard = Yard(behaviour=behaviour)
    assert yard.desk.command("ClearCache", {}, wait_s=5) == {"status": "Rejected"}
    assert yard.desk.command("UnlockConnector", {"connectorId": 1}, wait_s=5) == {"status": "UnlockFailed"}
    assert yard.desk.command("GetConfiguration", {}, wait_s=5)[0] == "NotSupported"
    assert yard.desk.command("Reset", {"type": "Soft"}, wait_s=5)[0] == "NotImplemented"
    yard.station.receive(json.dumps([2, "s", "GetLocalListVersion", {}]))
    yard.run(10)
    assert "s" not in yard.desk.results


@pytest.mark.parametrize("vendor", sorted(VENDORS))
@pytest.mark.parametrize("protocol", ["1.6", "2.0.1", "2.1"])
def test_every_vendor_charges(vendor, protocol):
    yard = Yard(protocol, vendor=vendor)
    yard.charge(duration_s=120)
    yard.present()
    yard.run(30)
    yard.unplug()
    yard.run(600)
    assert yard.finished or vendor == "fragile"


def test_mishaps_come_at_their_rate_and_the_books_balance():
    behaviour = Behaviour(faults_per_h=2, reboots_per_h=2, power_losses_per_h=2, offline_per_h=3)
    yard = Yard("2.0.1", behaviour=behaviour, settings={"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"})
    register_mws = yard.evse().meter.register_mws
    for _ in range(60):
        if yard.evse().vehicle is None and yard.station.is_powered:
            yard.plug_in(model="truck", soc_permille=100)
            yard.present()
        yard.run(300)
        yard.unplug()
        yard.run(60)
    for _ in range(100):
        if yard.station.is_powered and yard.station.is_online and yard.station.delivery.is_empty:
            break
        yard.run(60)
    assert {"faulted", "rebooting", "powered_off", "disconnected"} <= set(yard.happened)
    assert yard.station.books.boots > 5
    running = yard.evse().transaction
    open_mws = 0 if running is None else yard.evse().meter.register_mws - running.meter_start_mws
    counted = sum(record.energy_mws for record in yard.finished) + open_mws
    assert counted == yard.evse().meter.register_mws - register_mws
    assert all(record.is_delivered for record in yard.finished)
