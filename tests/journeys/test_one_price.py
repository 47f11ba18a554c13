"""One price everywhere: quote, the station's display, its answers, the screen, the ledger, the receipt, the report."""

from ocpp.routing import after, on
from ocpp.v21 import call_result as result21
from ocpp.v201 import call_result as result201

from .stations import Station16, Station21, Station201, connected

TERMS = {
    "currency": "EUR",
    "tax_included": "yes",
    "elements": [
        {
            "components": [
                {"dimension": "energy", "price": "0.333", "vat_percent": "22"},
                {"dimension": "flat", "price": "0.35", "vat_percent": "22"},
            ]
        }
    ],
}
KNOWN = {"TariffFallbackMessage": "", "TotalCostFallbackMessage": "", "Currency": "EUR", "Enabled": "true"}
ENERGY_WH = 10_130
STATION = "ONE-PRICE"


class ShowingStation(Station201):
    """A station with a display, by the independent package."""

    @on("GetVariables")
    def on_get_variables(self, get_variable_data, **_more):
        results = [
            {
                "attribute_status": "Accepted" if each["variable"]["name"] in KNOWN else "UnknownVariable",
                "attribute_value": KNOWN.get(each["variable"]["name"], ""),
                "component": each["component"],
                "variable": each["variable"],
            }
            for each in get_variable_data
        ]
        return result201.GetVariables(get_variable_result=results)

    @on("SetVariables")
    def on_set_variables(self, set_variable_data, **_more):
        names = {each["variable"]["name"]: each["attribute_value"] for each in set_variable_data}
        self.asked.put("SetVariables", names)
        results = [
            {"attribute_status": "Accepted", "component": each["component"], "variable": each["variable"]}
            for each in set_variable_data
        ]
        return result201.SetVariables(set_variable_result=results)

    @on("CostUpdated")
    def on_cost_updated(self, **payload):
        self.asked.put("CostUpdated", payload)
        return result201.CostUpdated()


async def test_the_same_cents_from_the_quote_to_the_report(installation, console):
    await console.send("PUT", "token-groups/one-price-crew", {"name": "Crew"})
    await console.send("PUT", "tokens/ONEPRICE", {"kind": "rfid", "group": "one-price-crew"})
    tenth = {"kind": "percentage", "value": "10"}
    offer = {"name": "Crew tenth", "terms": tenth, "audience": "group", "subject": "one-price-crew",
             "valid_from": "2026-01-01T00:00:00Z"}  # fmt: skip
    await console.send("POST", "offers", offer)
    async with connected(ShowingStation, installation, STATION) as station:
        await station.boot()
        tariff = await console.send("POST", "tariffs", {"name": "One price", "terms": TERMS})
        await console.send("POST", f"tariffs/{tariff['tariff_id']}/publish", {})
        target = {"tariff_id": tariff["tariff_id"], "scope": "station", "subject": STATION}
        await console.send("POST", "tariff-assignments", target)
        example = {"energy_wh": ENERGY_WH, "duration_s": 1800}
        public = await console.get(f"stations/{STATION}/quote", **example)
        assert (public["example"]["gross"], public["offers"]) == (372, [])  # 10.13 kWh x 0.333 = 3.37, and 0.35 once
        quote = await console.get(f"stations/{STATION}/quote", token_group="one-price-crew", **example)
        cents = quote["example"]["gross"]
        assert (cents, quote["offers"]) == (335, ["Crew tenth"])

        shown = await station.asked.take("SetVariables")
        assert "0.333" in shown["TariffFallbackMessage"]
        await console.wait_for(f"stations/{STATION}/display", lambda found: found["price_outcome"] == "accepted")

        token = {"idToken": "ONEPRICE", "type": "ISO14443"}
        authorized = await station.call(station.calls.Authorize(id_token=token))
        said = authorized.id_token_info["personal_message"]["content"]
        assert "0.333" in said
        assert said.endswith("Crew tenth: -10 %")
        assert "Crew" not in shown["TariffFallbackMessage"]
        await station.call(station.event("Started", "TX-1", at=0, energy_wh=0, id_token=token, trigger="Authorized"))
        await console.wait_for_session(STATION, state="active")
        await station.call(station.event("Updated", "TX-1", at=1740, energy_wh=ENERGY_WH))
        running = await station.asked.take("CostUpdated")
        assert round(running["total_cost"] * 100) in {32, cents}  # a moment before, only what is paid once
        (open_one,) = await console.find_sessions(STATION)
        screen = await console.get(f"sessions/{open_one['session_id']}/price")
        assert (screen["gross"], screen["revision"]) == (cents, 0)
        last = {"at": 1800, "energy_wh": ENERGY_WH, "trigger": "StopAuthorized", "stoppedReason": "Local"}
        ended = await station.call(station.event("Ended", "TX-1", **last))
        assert round(ended.total_cost * 100) == cents
        session = await console.wait_for_session(STATION, state="ended")
    session_id = session["session_id"]
    price = await console.wait_for(f"sessions/{session_id}/price", lambda found: found["revision"] == 1)
    assert (price["gross"], sum(line["gross"] for line in price["lines"])) == (cents, cents)
    posted = await console.wait_for("ledger/transfers", lambda found: found["items"], session_id=session_id)
    details = [await console.get(f"ledger/transfers/{each['transfer_id']}") for each in posted["items"]]
    legs = [leg for each in details for leg in each["legs"]]
    assert sum(leg["amount"] for leg in legs if leg["debit"]["kind"] == "receivable") == cents
    papers = await console.wait_for("documents", lambda found: found["items"], session_id=session_id)
    assert [each["gross"] for each in papers["items"]] == [cents]
    period = {"since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
    report = await console.get("reports/revenue", station_id=STATION, **period)
    assert [(row["totals"]["gross"], row["sessions"]) for row in report["sums"]] == [(cents, 1)]


CURRENT_TERMS = {
    "currency": "EUR",
    "tax_included": "none",
    "elements": [
        {"components": [{"dimension": "energy", "price": "1.00"}], "restrictions": {"min_current_ma": 30_000}},
        {"components": [{"dimension": "energy", "price": "0.20"}]},
    ],
}


async def test_the_current_that_a_station_tells_decides_the_price(installation, console):
    await console.send("PUT", "tokens/BYCURRENT", {"kind": "rfid"})
    tariff = await console.send("POST", "tariffs", {"name": "By current", "terms": CURRENT_TERMS})
    await console.send("POST", f"tariffs/{tariff['tariff_id']}/publish", {})
    async with connected(Station16, installation, "BY-CURRENT") as station:
        await station.boot()
        target = {"tariff_id": tariff["tariff_id"], "scope": "station", "subject": "BY-CURRENT"}
        await console.send("POST", "tariff-assignments", target)
        charge = await station.start("BYCURRENT", at=0, meter_start=0)
        await station.meter(charge.transaction_id, 0, ("Current.Import", "10", "A"))
        for second, energy_wh, amperes in ((600, "1000", "32"), (1200, "6000", "32")):
            values = ("Energy.Active.Import.Register", energy_wh, "Wh"), ("Current.Import", amperes, "A")
            await station.meter(charge.transaction_id, second, *values)
        await station.stop(charge.transaction_id, at=1200, meter_stop=6000)
        session = await console.wait_for_session("BY-CURRENT", state="ended")
    price = await console.wait_for(f"sessions/{session['session_id']}/price", lambda found: found["revision"] == 1)
    assert price["gross"] == 20 + 500  # 1 kWh at 10 A, 5 kWh at 32 A


class ReckoningStation(Station21):
    """A 2.1 station that reckons by itself, by the independent package."""

    known = {**KNOWN, "SupportedLimits": ""}  # noqa: RUF012 - constant

    @on("GetVariables")
    def on_get_variables(self, get_variable_data, **_more):
        results = [
            {
                "attribute_status": "Accepted" if each["variable"]["name"] in self.known else "UnknownVariable",
                "attribute_value": self.known.get(each["variable"]["name"], ""),
                "component": each["component"],
                "variable": each["variable"],
            }
            for each in get_variable_data
        ]
        return result21.GetVariables(get_variable_result=results)

    @on("SetVariables")
    def on_set_variables(self, set_variable_data, **_more):
        results = [
            {"attribute_status": "Accepted", "component": each["component"], "variable": each["variable"]}
            for each in set_variable_data
        ]
        return result21.SetVariables(set_variable_result=results)

    @on("SetDefaultTariff")
    def on_set_default_tariff(self, evse_id, tariff):
        self.asked.put("SetDefaultTariff", tariff)
        return result21.SetDefaultTariff(status="Accepted")

    @on("ChangeTransactionTariff")
    def on_change_tariff(self, transaction_id, tariff):
        return result21.ChangeTransactionTariff(status="Accepted")

    @after("ChangeTransactionTariff")
    def after_change_tariff(self, transaction_id, tariff):
        self.asked.put("ChangeTransactionTariff", {"transaction_id": transaction_id, "tariff": tariff})


def per_kwh(price):
    component = {"dimension": "energy", "price": price, "vat_percent": "22"}
    return {"currency": "EUR", "tax_included": "yes", "elements": [{"components": [component]}]}


async def test_a_station_that_reckons_is_given_the_tariff_of_the_session(installation, console):
    """A remote start: the station takes the tariff of everybody, until it is given that of the group (I11)."""
    station_id = "RECKONS"
    await console.send("PUT", "token-groups/reckoned-crew", {"name": "Crew"})
    await console.send("PUT", "tokens/RECKONED", {"kind": "rfid", "group": "reckoned-crew"})
    tariffs = {}
    for name, price in (("Public there", "0.50"), ("Crew there", "0.30")):
        tariffs[name] = await console.send("POST", "tariffs", {"name": name, "terms": per_kwh(price)})
        await console.send("POST", f"tariffs/{tariffs[name]['tariff_id']}/publish", {})
    async with connected(ReckoningStation, installation, station_id) as station:
        await station.boot()
        for name, scope, subject in (
            ("Public there", "station", station_id),
            ("Crew there", "group", "reckoned-crew"),
        ):
            target = {"tariff_id": tariffs[name]["tariff_id"], "scope": scope, "subject": subject}
            await console.send("POST", "tariff-assignments", target)
        default = await station.asked.take("SetDefaultTariff")
        assert default["energy"]["prices"][0]["price_kwh"] < 0.5  # without tax
        token = {"idToken": "RECKONED", "type": "ISO14443"}
        begun = station.event("Started", "TX-R", at=0, energy_wh=0, id_token=token, trigger="Authorized")
        begun.transaction_info["tariffId"] = default["tariff_id"]
        await station.call(begun)
        change = await station.asked.take("ChangeTransactionTariff")
        assert change["transaction_id"] == "TX-R"
        ours = change["tariff"]["tariff_id"]
        assert ours.startswith(tariffs["Crew there"]["tariff_id"])
        session = await console.wait_for_session(station_id, state="active")
        where = f"sessions/{session['session_id']}/price"
        price = await console.wait_for(where, lambda found: found["station_tariff"]["outcome"] == "accepted")
        assert (price["station_tariff"]["status"], price["station_tariff"]["is_ours"]) == ("Accepted", False)
        changed = station.event("Updated", "TX-R", at=60, energy_wh=100, trigger="TariffChanged")
        changed.transaction_info["tariffId"] = ours
        await station.call(changed)
        price = await console.wait_for(where, lambda found: found["station_tariff"]["is_ours"])
        assert price["tariff_name"] == "Crew there"
        last = {"at": 1800, "energy_wh": 10_000, "trigger": "StopAuthorized", "stoppedReason": "Local"}
        await station.call(station.event("Ended", "TX-R", **last))
        await console.wait_for_session(station_id, state="ended")
    price = await console.wait_for(where, lambda found: found["revision"] == 1)
    assert price["gross"] == 300
