"""What a notice says, in the language of its device."""

from collections.abc import Mapping

import msgspec

from busbar.canon.companion import Notice, NoticeTopic

T = NoticeTopic

_EN: Mapping[NoticeTopic, tuple[str, str]] = {
    T.STARTED: ("Charging has begun", "{station}"),
    T.BATTERY_HIGH: ("Battery at 80 %", "From here on charging is slow. {station}"),
    T.PAUSED: ("Charging is paused", "The station holds the charge back. {station}"),
    T.TARGET_REACHED: ("There is what you wanted", "{energy} at {station}. The station was asked to stop."),
    T.ENDED: ("Charging is over", "{energy} at {station}. Please free the connector."),
    T.FAULT: ("Charging ended because of a fault", "{energy} at {station}. Unplug and try another connector."),
    T.FAILED: ("The charge did not begin", "{station}"),
    T.STATION_FREE: ("A connector is free", "{station}"),
    T.COMPLAINT_ANSWERED: ("Your report was answered", "{station}"),
    T.RESERVATION_OVER: ("Your reservation is over", "{station}"),
}
_IT: Mapping[NoticeTopic, tuple[str, str]] = {
    T.STARTED: ("La ricarica è iniziata", "{station}"),
    T.BATTERY_HIGH: ("Batteria all'80%", "Da qui in poi la ricarica è lenta. {station}"),
    T.PAUSED: ("La ricarica è in pausa", "La stazione trattiene la ricarica. {station}"),
    T.TARGET_REACHED: ("Hai quello che volevi", "{energy} a {station}. Alla stazione è stato chiesto di fermarsi."),
    T.ENDED: ("La ricarica è finita", "{energy} a {station}. Libera il connettore, per favore."),
    T.FAULT: ("Ricarica finita per un guasto", "{energy} a {station}. Stacca il cavo e prova un altro connettore."),
    T.FAILED: ("La ricarica non è iniziata", "{station}"),
    T.STATION_FREE: ("Un connettore è libero", "{station}"),
    T.COMPLAINT_ANSWERED: ("Hanno risposto alla tua segnalazione", "{station}"),
    T.RESERVATION_OVER: ("La tua prenotazione è finita", "{station}"),
}
_ZH: Mapping[NoticeTopic, tuple[str, str]] = {
    T.STARTED: ("充电已开始", "{station}"),
    T.BATTERY_HIGH: ("电量已达 80%", "此后充电速度会变慢。{station}"),
    T.PAUSED: ("充电已暂停", "充电桩暂停了供电。{station}"),
    T.TARGET_REACHED: ("已达到设定目标", "{station} 已充 {energy},已请求充电桩停止。"),
    T.ENDED: ("充电已结束", "{station} 已充 {energy}。请及时拔枪。"),
    T.FAULT: ("充电因故障结束", "{station} 已充 {energy}。请拔枪并尝试其他充电枪。"),
    T.FAILED: ("充电未能开始", "{station}"),
    T.STATION_FREE: ("有空闲充电枪", "{station}"),
    T.COMPLAINT_ANSWERED: ("您的申诉已有回复", "{station}"),
    T.RESERVATION_OVER: ("您的预约已结束", "{station}"),
}
TEXTS: Mapping[str, Mapping[NoticeTopic, tuple[str, str]]] = {"en": _EN, "it": _IT, "zh": _ZH}
_KILO = 1000


class Words(msgspec.Struct, frozen=True):
    """A notice as a phone shows it."""

    title: str
    body: str
    path: str
    """Where a press on it leads, within the driver app."""


def compose(notice: Notice, *, language: str, station: str) -> Words:
    """Say a notice in a language; in English where the language is none of ours."""
    title, body = TEXTS.get(language.partition("-")[0], _EN)[notice.topic]
    energy = write_energy(notice.energy_wh or 0, language=language)
    return Words(title, body.format(station=station, energy=energy), _find_path(notice))


def write_energy(energy_wh: int, *, language: str) -> str:
    """Write an energy in kWh with two decimals, as the language does."""
    whole, rest = divmod(energy_wh, _KILO)
    mark = "," if language.startswith("it") else "."
    return f"{whole}{mark}{rest // 10:02d} kWh"


def _find_path(notice: Notice) -> str:
    if notice.complaint_id is not None:
        return f"/app/reports/{notice.complaint_id}"
    if notice.session_id is not None:
        return f"/app/sessions/{notice.session_id}"
    return f"/app/s/{notice.station_id}"
