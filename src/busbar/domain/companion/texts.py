"""What a notice says, in the language of its device."""

from collections.abc import Mapping

import msgspec

from busbar.canon.companion import Notice, NoticeTopic
from busbar.rating.lines import count_digits
from busbar.rating.totals import to_major

T = NoticeTopic

_EN: Mapping[NoticeTopic, tuple[str, str]] = {
    T.STARTED: ("Charging has begun", "{station}"),
    T.BATTERY_HIGH: ("Battery at 80 %", "From here on charging is slow. {station}"),
    T.PAUSED: ("Charging is paused", "The station holds the charge back. {station}"),
    T.TARGET_REACHED: ("There is what you wanted", "{energy} at {station}. The station was asked to stop."),
    T.ENDED: ("Charging is over", "{energy} at {station}. Please free the connector."),
    T.FAULT: ("Charging ended because of a fault", "{energy} at {station}. Unplug and try another connector."),
    T.FAULTED: ("The station reports a fault", "{station}. If no power flows, unplug and try another connector."),
    T.IDLE_NEAR: ("The charge is over", "Standing there will soon cost something: please free {station}."),
    T.FAILED: ("The charge did not begin", "{station}"),
    T.STATION_FREE: ("A connector is free", "{station}"),
    T.COMPLAINT_ANSWERED: ("Your report was answered", "{station}"),
    T.RESERVATION_OVER: ("Your reservation is over", "{station}"),
    T.DEBT_OPENED: ("Something is to be paid", "{amount} for your charge. A card on file is charged by itself."),
    T.DEBT_REMINDED: ("A payment is due", "{amount} is still to be paid. Please top up your wallet or pay."),
    T.DEBT_OVERDUE: ("Payment overdue", "{amount} is overdue. We have reminded you before: please pay now."),
    T.WALLET_LOW: ("Your balance is low", "{amount} is left. Top up before your next charge."),
    T.FUNDS_EXHAUSTED: ("Your balance is used up", "The charge costs {amount}. The station was asked to stop."),
    T.PAYMENT_FAILED: ("A payment did not go through", "{amount} could not be paid. Please check how you pay."),
    T.PAYMENT_DISPUTED: ("Your bank took a payment back", "{amount} was disputed. Please get in touch with us."),
}
_IT: Mapping[NoticeTopic, tuple[str, str]] = {
    T.STARTED: ("La ricarica è iniziata", "{station}"),
    T.BATTERY_HIGH: ("Batteria all'80%", "Da qui in poi la ricarica è lenta. {station}"),
    T.PAUSED: ("La ricarica è in pausa", "La stazione trattiene la ricarica. {station}"),
    T.TARGET_REACHED: ("Hai quello che volevi", "{energy} a {station}. Alla stazione è stato chiesto di fermarsi."),
    T.ENDED: ("La ricarica è finita", "{energy} a {station}. Libera il connettore, per favore."),
    T.FAULT: ("Ricarica finita per un guasto", "{energy} a {station}. Stacca il cavo e prova un altro connettore."),
    T.FAULTED: (
        "La stazione segnala un guasto",
        "{station}. Se non passa corrente, stacca il cavo e prova un altro connettore.",
    ),
    T.IDLE_NEAR: ("La ricarica è finita", "Tra poco la sosta costa: libera {station}, per favore."),
    T.FAILED: ("La ricarica non è iniziata", "{station}"),
    T.STATION_FREE: ("Un connettore è libero", "{station}"),
    T.COMPLAINT_ANSWERED: ("Hanno risposto alla tua segnalazione", "{station}"),
    T.RESERVATION_OVER: ("La tua prenotazione è finita", "{station}"),
    T.DEBT_OPENED: (
        "C'è un importo da pagare",
        "{amount} per la tua ricarica. La carta salvata si addebita da sé.",
    ),
    T.DEBT_REMINDED: ("Un pagamento è in scadenza", "{amount} è ancora da pagare. Ricarica il portafoglio o paga."),
    T.DEBT_OVERDUE: ("Pagamento scaduto", "{amount} è scaduto. Te lo abbiamo già ricordato: paga ora, per favore."),
    T.WALLET_LOW: ("Il credito è basso", "Restano {amount}. Ricarica il portafoglio prima della prossima ricarica."),
    T.FUNDS_EXHAUSTED: (
        "Il credito è esaurito",
        "La ricarica costa {amount}. La stazione la sta fermando.",
    ),
    T.PAYMENT_FAILED: ("Un pagamento non è riuscito", "Non è stato possibile pagare {amount}. Controlla come paghi."),
    T.PAYMENT_DISPUTED: ("La banca ha ripreso un pagamento", "{amount} è stato contestato. Contattaci, per favore."),
}
_ZH: Mapping[NoticeTopic, tuple[str, str]] = {
    T.STARTED: ("充电已开始", "{station}"),
    T.BATTERY_HIGH: ("电量已达 80%", "此后充电速度会变慢。{station}"),
    T.PAUSED: ("充电已暂停", "充电桩暂停了供电。{station}"),
    T.TARGET_REACHED: ("已达到设定目标", "{station} 已充 {energy},已请求充电桩停止。"),
    T.ENDED: ("充电已结束", "{station} 已充 {energy}。请及时拔枪。"),
    T.FAULT: ("充电因故障结束", "{station} 已充 {energy}。请拔枪并尝试其他充电枪。"),
    T.FAULTED: ("充电桩报告故障", "{station}。如已断电，请拔枪并尝试其他充电枪。"),
    T.IDLE_NEAR: ("充电已完成", "即将产生占位费,请尽快驶离 {station}。"),
    T.FAILED: ("充电未能开始", "{station}"),
    T.STATION_FREE: ("有空闲充电枪", "{station}"),
    T.COMPLAINT_ANSWERED: ("您的申诉已有回复", "{station}"),
    T.RESERVATION_OVER: ("您的预约已结束", "{station}"),
    T.DEBT_OPENED: ("有一笔费用待支付", "本次充电费用 {amount}。已绑定的银行卡将自动扣款。"),
    T.DEBT_REMINDED: ("付款提醒", "尚有 {amount} 未支付,请充值钱包或付款。"),
    T.DEBT_OVERDUE: ("付款已逾期", "{amount} 已逾期,此前已提醒过您,请立即付款。"),
    T.WALLET_LOW: ("余额不足", "余额仅剩 {amount},请在下次充电前充值。"),
    T.FUNDS_EXHAUSTED: ("余额已用完", "本次充电已产生 {amount},已请求充电桩停止。"),
    T.PAYMENT_FAILED: ("付款未成功", "{amount} 未能支付,请检查您的支付方式。"),
    T.PAYMENT_DISPUTED: ("银行撤回了一笔付款", "{amount} 存在争议,请与我们联系。"),
}
TEXTS: Mapping[str, Mapping[NoticeTopic, tuple[str, str]]] = {"en": _EN, "it": _IT, "zh": _ZH}
MONEY = frozenset(
    {
        T.DEBT_OPENED, T.DEBT_REMINDED, T.DEBT_OVERDUE, T.WALLET_LOW, T.FUNDS_EXHAUSTED, T.PAYMENT_FAILED,
        T.PAYMENT_DISPUTED,
    }
)  # fmt: skip
"""Topics about money: a press on them leads to the wallet."""
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
    amount = "" if notice.amount is None else write_amount(notice.amount, notice.currency, language=language)
    return Words(title, body.format(station=station, energy=energy, amount=amount), _find_path(notice))


def write_amount(amount: int, currency: str, *, language: str) -> str:
    """Write whole minor units of a currency as people read them, as the language does."""
    text = format(to_major(amount, currency), f".{count_digits(currency)}f")
    return f"{text.replace('.', ',') if language.startswith('it') else text} {currency}"


def write_energy(energy_wh: int, *, language: str) -> str:
    """Write an energy in kWh with two decimals, as the language does."""
    whole, rest = divmod(energy_wh, _KILO)
    mark = "," if language.startswith("it") else "."
    return f"{whole}{mark}{rest // 10:02d} kWh"


def _find_path(notice: Notice) -> str:
    if notice.topic in MONEY:
        return "/app/wallet"
    if notice.complaint_id is not None:
        return f"/app/reports/{notice.complaint_id}"
    if notice.session_id is not None:
        return f"/app/sessions/{notice.session_id}"
    return f"/app/s/{notice.station_id}"
