"""A second opinion: prices a session tick by tick, as one would by hand, and knows nothing of how rating does it.

Each tick (a minute, or a second) belongs to one price for each dimension and share; quantities are exact fractions. It
is right for records in which nothing changes within a tick.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
LETTERS = {"S": "sharp", "P": "peak", "F": "flat", "V": "valley", "D": "deep_valley"}
LINE_KINDS = {"energy": "energy", "time": "time", "parking": "parking", "idle": "idle", "flat": "flat"}


class Oracle:
    def __init__(self, tariff: dict, zone: str, day_type_of, tick_s: int = 60) -> None:
        self.tariff, self.zone, self.day_type_of, self.tick_s = tariff, ZoneInfo(zone), day_type_of, tick_s

    def price(self, readings, start: datetime, end: datetime, reserved=None) -> dict:
        """Return amounts in minor units by (kind, share, element), and the totals (net, tax, gross)."""
        self.lines = defaultdict(int)
        self.counts = {}
        self.rates = {}
        if reserved:
            self._price_reservation(*reserved)
        if not reserved or reserved[2] == "used":
            self._price_session(readings, start, end)
        return {"lines": dict(self.lines), "totals": self._total()}

    def _list_ticks(self, readings, start, end):
        ticks, at = [], start
        while at < end:
            ticks.append((at, self._look(readings, at, start)))
            at += timedelta(seconds=self.tick_s)
        return ticks

    def _price_session(self, readings, start, end):  # noqa: C901 - told in one go, as one would by hand
        ticks = self._list_ticks(readings, start, end)
        charging = [index for index, (_, look) in enumerate(ticks) if look["state"] == "charging"]
        idle_from = charging[-1] + 1 if charging else 0
        counts, parked, idle, flats, last = defaultdict(Fraction), 0, 0, {}, {}
        for index, (at, look) in enumerate(ticks):
            dimensions = {"energy", "flat", "time" if look["state"] == "charging" else "parking"}
            if index >= idle_from:
                dimensions.add("idle")
            for share in ("none", "electricity", "service"):
                for dimension in dimensions:
                    found = self._find(dimension, share, at, look)
                    if found is None:
                        continue
                    element, component = found
                    key = (dimension, share, element)
                    if dimension == "flat":
                        flats.setdefault(share, (element, component))
                        continue
                    if dimension in ("parking", "idle"):
                        gone = parked if dimension == "parking" else idle
                        if gone * self.tick_s < component.get("grace_s", 0):
                            continue
                    amount = look["energy"] if dimension == "energy" else Fraction(self.tick_s)
                    if amount:
                        counts[key] += amount
                        last["energy" if dimension == "energy" else "time", share] = (key, component)
                        self.rates[key] = component
            parked += look["state"] == "parked"
            idle += "idle" in dimensions
        for share, (element, component) in flats.items():
            self._add("flat", share, element, component, Fraction(1))
        self._round_up(counts, last)
        for (dimension, share, element), amount in counts.items():
            self._add(dimension, share, element, self.rates[dimension, share, element], amount)
        self._limit("min_price", 1)
        self._limit("max_price", -1)

    def _price_reservation(self, start, end, outcome):
        cases = {"used": ["reservation"], "expired": ["reservation_expires", "reservation"],
                 "cancelled": ["reservation_cancelled", "reservation"]}[outcome]  # fmt: skip
        counts, flats, last = defaultdict(Fraction), {}, {}
        at = start
        while at < end:
            look = {
                "duration": int((at - start).total_seconds()),
                "charged": 0,
                "power": 0,
                "current": 0,
                "cases": cases,
            }
            found = self._find("flat", "none", at, look)
            if found and (at == start or outcome != "used"):
                flats["flat"] = found
            found = self._find("time", "none", at, look)
            if found:
                key = ("time", "none", found[0])
                counts[key] += self.tick_s
                last["time", "none"] = (key, found[1])
                self.rates[key] = found[1]
            at += timedelta(seconds=self.tick_s)
        for element, component in flats.values():
            self._add("reservation flat", "none", element, component, Fraction(1))
        self._round_up(counts, last)
        for (_, _, element), amount in counts.items():
            self._add("reservation time", "none", element, self.rates["time", "none", element], amount)

    def _look(self, readings, at, start):
        before = [each for each in readings if each["at"] <= at] or readings[:1]
        now, rest = before[-1], [each for each in readings if each["at"] > at]
        energy = Fraction(0)
        power = 0
        if rest and now["at"] <= at:
            span = Fraction((rest[0]["at"] - now["at"]).total_seconds())
            energy = Fraction(rest[0]["wh"] - now["wh"]) / span * self.tick_s
            power = energy * 3600 / self.tick_s
        charged = self._register(readings, at) - self._register(readings, start)
        if now.get("power") is not None:
            power = now["power"]
        return {"state": now["state"], "energy": energy, "power": power, "current": now.get("current") or 0,
                "charged": charged, "duration": int((at - start).total_seconds()), "cases": [None]}  # fmt: skip

    @staticmethod
    def _register(readings, at):
        if at <= readings[0]["at"]:
            return Fraction(readings[0]["wh"])
        for first, second in pairwise(readings):
            if first["at"] <= at <= second["at"]:
                share = Fraction((at - first["at"]).total_seconds()) / Fraction(
                    (second["at"] - first["at"]).total_seconds()
                )
                return first["wh"] + (second["wh"] - first["wh"]) * share
        return Fraction(readings[-1]["wh"])

    def _find(self, dimension, share, at, look):
        for case in look["cases"]:
            for index, element in enumerate(self.tariff["elements"]):
                asked = element.get("restrictions", {})
                if asked.get("reservation") != case:
                    continue
                for component in element["components"]:
                    same = component["dimension"] == dimension and component.get("share", "none") == share
                    if same and self._holds(asked, at, look):
                        return index, component
        return None

    def _holds(self, asked, at, look):
        local = at.astimezone(self.zone)
        clock, day = local.strftime("%H:%M"), local.strftime("%Y-%m-%d")
        start, end = asked.get("start_time", "00:00"), asked.get("end_time", "00:00")
        end = "24:00" if end == "00:00" else end
        in_time = start <= clock < end if start < end else clock >= start or clock < end
        return (
            in_time
            and asked.get("start_date", "0") <= day < asked.get("end_date", "9")
            and self._is_day(asked, local)
            and (not asked.get("period") or asked["period"] == self._name_period(local))
            and asked.get("min_energy_wh", 0) <= look["charged"] < asked.get("max_energy_wh", 10**12)
            and asked.get("min_power_w", 0) <= look["power"] < asked.get("max_power_w", 10**12)
            and asked.get("min_current_ma", 0) <= look["current"] < asked.get("max_current_ma", 10**12)
            and asked.get("min_duration_s", 0) <= look["duration"] < asked.get("max_duration_s", 10**12)
        )

    def _is_day(self, asked, local):
        if asked.get("weekdays") and DAYS[local.weekday()] not in asked["weekdays"]:
            return False
        if asked.get("day_types") and self.day_type_of(local.date()) not in asked["day_types"]:
            return False
        if asked.get("season_start"):
            today, start, end = local.strftime("%m-%d"), asked["season_start"], asked["season_end"]
            return start <= today < end if start < end else today >= start or today < end
        return True

    def _name_period(self, local):
        table = next((each for each in self.tariff.get("tables", []) if self._is_day(each, local)), None)
        return LETTERS[table["slots"][local.hour * 2 + local.minute // 30]] if table else None

    def _round_up(self, counts, last):
        for (_, share), (key, component) in last.items():
            step = component.get("step", 0)
            if step:
                total = sum(
                    amount for (dimension, each, _), amount in counts.items() if (dimension, each) == (key[0], share)
                )
                counts[key] += -total % step

    def _add(self, dimension, share, element, component, amount):
        price = Fraction(component["price"])
        if dimension == "energy":
            price /= 1000
        elif dimension not in ("flat", "reservation flat"):
            price /= 60 if component.get("per") == "minute" else 3600
        minor = self._round(price * amount * 100)
        if component.get("cap"):
            minor = min(minor, self._round(Fraction(component["cap"]) * 100))
        self.lines[dimension, share, element] += minor
        self.counts[dimension, share, element] = amount
        self.rates[dimension, share, element] = component

    @staticmethod
    def _round(value):
        return int(value + Fraction(1, 2)) if value >= 0 else -int(-value + Fraction(1, 2))

    def _total(self):
        """Tax once per rate on the sum of its lines."""
        sums = defaultdict(int)
        for key, minor in self.lines.items():
            sums[self.rates[key].get("vat_percent")] += minor
        mode = self.tariff.get("tax_included", "no")
        amount, tax = sum(sums.values()), 0
        for rate, minor in sums.items():
            percent = Fraction(rate or 0) / 100 if mode != "none" else Fraction(0)
            tax += self._round(minor * percent) if mode != "yes" else minor - self._round(minor / (1 + percent))
        return (amount - tax, tax, amount) if mode == "yes" else (amount, tax, amount + tax)

    def _limit(self, name, sign):
        """Let tariffs of one tax rate keep a limit: that is what a hand can do, cent by cent."""
        limits = self.tariff.get(name, {})
        component = next((self.rates[key] for key in self.lines), self.tariff["elements"][0]["components"][0])
        key = (name, "", -1)
        for side, index in (("before_taxes", 0), ("after_taxes", 2)):
            while side in limits and sign * (Fraction(limits[side]) * 100 - self._total()[index]) > 0:
                self.lines[key] += sign
                self.rates[key] = component
