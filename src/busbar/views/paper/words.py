"""The words of documents in the three languages."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from busbar.canon.invoicing import DocumentLine
from busbar.canon.pricing import OfferRefusal, RefusalReason, Share

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "receipt": "Receipt", "invoice": "Invoice", "statement": "Monthly statement", "credit_note": "Credit note",
        "number": "Number", "issued": "Issued", "due": "Due", "buyer": "Bill to", "seller": "From", "vat_id": "VAT ID",
        "tax_code": "Tax code", "station": "Station", "site": "Site", "period": "Period", "energy_total": "Energy",
        "tariff": "Tariff", "credited": "Takes back", "reason": "Reason", "item": "Item", "quantity": "Quantity",
        "price": "Price", "rate": "Tax", "net": "Net", "tax": "Tax", "gross": "Total", "sum_net": "Net",
        "version": "version {version}",
        "sum_gross": "Total to pay", "page": "Page", "session": "Session", "bank": "Bank",
        "electricity": "electricity", "service": "service", "sessions": "{count} sessions",
        "energy": "Energy", "time": "Charging time", "parking": "Time without charging", "idle": "Occupancy",
        "flat": "Start fee", "reservation": "Reservation", "cancellation": "Cancellation", "minimum": "Minimum price",
        "maximum": "Maximum price", "discount": "Discount", "included": "Included energy",
        "subscription": "Subscription", "min_price": "minimum", "max_price": "maximum", "cap": "cap",
        "sharp": "sharp", "peak": "peak", "flat_period": "flat", "valley": "valley", "deep_valley": "deep valley",
        "expired": "expired", "cancelled": "cancelled", "exempt": "exempt",
    },
    "it": {
        "receipt": "Ricevuta", "invoice": "Fattura", "statement": "Estratto mensile", "credit_note": "Nota di credito",
        "number": "Numero", "issued": "Data", "due": "Scadenza", "buyer": "Cliente", "seller": "Da",
        "vat_id": "Partita IVA", "tax_code": "Codice fiscale", "station": "Stazione", "site": "Sito",
        "period": "Periodo", "energy_total": "Energia", "tariff": "Tariffa", "credited": "Annulla", "reason": "Motivo",
        "item": "Voce", "quantity": "Quantità", "price": "Prezzo", "rate": "IVA", "net": "Imponibile",
        "tax": "IVA", "gross": "Totale", "sum_net": "Imponibile", "sum_gross": "Totale da pagare", "page": "Pagina",
        "version": "versione {version}",
        "session": "Sessione", "bank": "Banca", "electricity": "elettricità", "service": "servizio",
        "sessions": "{count} sessioni", "energy": "Energia", "time": "Tempo di ricarica",
        "parking": "Tempo senza ricarica", "idle": "Occupazione", "flat": "Costo di avvio",
        "reservation": "Prenotazione", "cancellation": "Annullamento", "minimum": "Prezzo minimo",
        "maximum": "Prezzo massimo", "discount": "Sconto", "included": "Energia inclusa",
        "subscription": "Abbonamento", "min_price": "minimo", "max_price": "massimo", "cap": "tetto",
        "sharp": "punta massima", "peak": "punta", "flat_period": "media", "valley": "bassa",
        "deep_valley": "bassissima", "expired": "scaduta", "cancelled": "annullata", "exempt": "esente",
    },
    "zh": {
        "receipt": "收据", "invoice": "账单", "statement": "月结账单", "credit_note": "红字账单", "number": "编号",
        "issued": "开具日期", "due": "付款期限", "buyer": "购买方", "seller": "销售方", "vat_id": "纳税人识别号",
        "tax_code": "税号", "station": "充电桩", "site": "场站", "period": "充电时间", "energy_total": "电量",
        "tariff": "计费规则", "credited": "冲销", "reason": "原因", "item": "项目", "quantity": "数量", "price": "单价",
        "rate": "税率", "net": "金额", "tax": "税额", "gross": "价税合计", "sum_net": "金额合计",
        "sum_gross": "应付总额",
        "version": "第 {version} 版",
        "page": "页", "session": "订单", "bank": "开户行", "electricity": "电费", "service": "服务费",
        "sessions": "{count}笔订单", "energy": "电量", "time": "充电时长", "parking": "未充电时长", "idle": "占位费",
        "flat": "启动费", "reservation": "预约费", "cancellation": "取消费", "minimum": "最低收费",
        "maximum": "最高收费",
        "discount": "优惠", "included": "套餐电量", "subscription": "会员费", "min_price": "最低", "max_price": "最高",
        "cap": "封顶", "sharp": "尖", "peak": "峰", "flat_period": "平", "valley": "谷", "deep_valley": "深谷",
        "expired": "超时", "cancelled": "已取消", "exempt": "免税",
    },
}  # fmt: skip
REFUSALS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Offers that took nothing off: {offers}.",
        RefusalReason.BELOW_MINIMUM: "the session costs too little for it",
        RefusalReason.NOTHING_TO_REDUCE: "nothing was left to reduce",
        RefusalReason.ANOTHER_IS_BETTER: "it costs less without it",
        RefusalReason.OTHER_CURRENCY: "it is of another currency",
        RefusalReason.ELSEWHERE: "it holds at other sites",
        RefusalReason.BUDGET_SPENT: "its budget is spent",
        RefusalReason.ENERGY_USED_UP: "the energy of the month is used up",
        RefusalReason.ONE_COUPON: "one coupon a session; this one waits for the next",
    },
    "it": {
        "title": "Offerte che non hanno ridotto nulla: {offers}.",
        RefusalReason.BELOW_MINIMUM: "la sessione costa troppo poco",
        RefusalReason.NOTHING_TO_REDUCE: "non restava nulla da ridurre",
        RefusalReason.ANOTHER_IS_BETTER: "senza si paga meno",
        RefusalReason.OTHER_CURRENCY: "è in un'altra valuta",
        RefusalReason.ELSEWHERE: "vale in altri siti",
        RefusalReason.BUDGET_SPENT: "il suo budget è esaurito",
        RefusalReason.ENERGY_USED_UP: "l'energia del mese è esaurita",
        RefusalReason.ONE_COUPON: "un buono per sessione; questo aspetta la prossima",
    },
    "zh": {
        "title": "未减免的优惠：{offers}。",
        RefusalReason.BELOW_MINIMUM: "订单金额未达到要求",
        RefusalReason.NOTHING_TO_REDUCE: "没有可减免的金额",
        RefusalReason.ANOTHER_IS_BETTER: "不用它更省",
        RefusalReason.OTHER_CURRENCY: "货币不同",
        RefusalReason.ELSEWHERE: "仅适用于其他场站",
        RefusalReason.BUDGET_SPENT: "预算已用完",
        RefusalReason.ENERGY_USED_UP: "本月包含的电量已用完",
        RefusalReason.ONE_COUPON: "每单限用一张，此券留待下次",
    },
}
_PERIODS = {"sharp", "peak", "valley", "deep_valley", "min_price", "max_price", "cap", "expired", "cancelled"}
_OBVIOUS = {"min_price", "max_price"}


def choose_words(language: str) -> Mapping[str, str]:
    """Return the words of a language; one that is not spoken gives English."""
    return WORDS.get(language[:2].lower(), WORDS["en"])


def name_line(line: DocumentLine, language: str) -> str:
    """Name what a line is for: `Energy (electricity), peak`."""
    words = choose_words(language)
    text = words[line.kind]
    if line.share is not Share.NONE:
        text += f" ({words[line.share]})"
    reason = line.text
    if reason == "flat" and line.kind != "flat":
        reason = words["flat_period"]
    elif reason in _PERIODS:
        reason = "" if reason in _OBVIOUS else words[reason]
    return f"{text}, {reason}" if reason and reason != words[line.kind] else text


def write_refusals(refusals: Sequence[OfferRefusal], language: str) -> str:
    """Say which offers took nothing off, and why; empty if there are none."""
    if not refusals:
        return ""
    words = REFUSALS.get(language[:2], REFUSALS["en"])
    named = [f"{each.name or each.offer_id} ({words[each.reason]})" for each in refusals]
    return words["title"].format(offers="; ".join(named))


def write_decimal(number: Decimal, language: str, *, decimals: int | None = None) -> str:
    """Write a number with the language's marks."""
    text = f"{number:,.{decimals}f}" if decimals is not None else f"{number.normalize():,f}"
    if language[:2] == "it":
        return text.translate(str.maketrans(",.", ".,"))
    return text
