"""Why a token is refused, in words that a station can show (2.x personalMessage)."""

from busbar.canon.access import Because, Decision
from busbar.canon.pricing import PriceNote

WORDS: dict[str, dict[Because, str]] = {
    "en": {
        Because.BLOCKED: "This card is blocked. Please speak to the operator.",
        Because.FROZEN: "This card is frozen. Its holder can use it again in the app.",
        Because.LOST: "This card was reported lost.",
        Because.REPLACED: "This card was replaced. Please use the new one.",
        Because.DRIVER_BLOCKED: "This account is blocked. Please speak to the operator.",
        Because.WALLET_FROZEN: "This wallet is frozen. Please speak to the operator.",
    },
    "zh": {
        Because.BLOCKED: "此卡已被停用，请联系运营商。",
        Because.FROZEN: "此卡已冻结，持卡人可在应用中解冻。",
        Because.LOST: "此卡已挂失。",
        Because.REPLACED: "此卡已换新，请使用新卡。",
        Because.DRIVER_BLOCKED: "此账户已被停用，请联系运营商。",
        Because.WALLET_FROZEN: "此钱包已冻结，请联系运营商。",
    },
    "it": {
        Because.BLOCKED: "Questa carta è bloccata. Si rivolga al gestore.",
        Because.FROZEN: "Questa carta è sospesa. Il titolare può riattivarla nell'app.",
        Because.LOST: "Questa carta è stata dichiarata smarrita.",
        Because.REPLACED: "Questa carta è stata sostituita. Usi quella nuova.",
        Because.DRIVER_BLOCKED: "Questo account è bloccato. Si rivolga al gestore.",
        Because.WALLET_FROZEN: "Questo portafoglio è bloccato. Si rivolga al gestore.",
    },
}


def describe_refusal(decision: Decision) -> PriceNote | None:
    """Return what a driver is told of a refusal, in their language, else in English; None: nothing is to be said."""
    if decision.because is None:
        return None
    asked = (decision.language or "en").lower()[:2]
    language = asked if asked in WORDS else "en"
    return PriceNote(currency="", digits=0, language=language, text=WORDS[language][decision.because])
