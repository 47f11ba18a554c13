"""What letters say, in the language of whoever receives them."""

from collections.abc import Mapping

import msgspec

from busbar.canon.mail import LetterKind

K = LetterKind


class Words(msgspec.Struct, frozen=True):
    """A letter's words: `{brand}` and other names in braces are filled in."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str = ""
    """On the link, where there is one."""


_EN: Mapping[LetterKind, Words] = {
    K.TRIAL: Words(
        "{brand}: mail works",
        (
            "Hello,",
            "this letter was sent to try whether mail arrives. It does: nothing is left to do.",
        ),
    ),
    K.STAFF_INVITATION: Words(
        "{brand}: your access to the console",
        (
            "Hello {name},",
            (
                "you were given access to the console of {operator}. Choose your password with the link below; it works"
                " once, until {until}."
            ),
            "If you do not know what this is about, ignore this letter: without the link nobody gets in.",
        ),
        "Choose a password",
    ),
    K.STAFF_PASSWORD: Words(
        "{brand}: set a new password",
        (
            "Hello {name},",
            (
                "somebody asked for a new password for your access to the console of {operator}. Set it with the link"
                " below; it works once, until {until}."
            ),
            "If that was not you, ignore this letter: your password stays as it is.",
        ),
        "Set a new password",
    ),
    K.DRIVER_INVITATION: Words(
        "{brand}: your account for charging",
        (
            "Hello {name},",
            (
                "an account for charging with {brand} was opened for you. Choose your password with the link below; it"
                " works once, until {until}."
            ),
            "If you do not know what this is about, ignore this letter.",
        ),
        "Choose a password",
    ),
    K.DRIVER_PASSWORD: Words(
        "{brand}: set a new password",
        (
            "Hello {name},",
            (
                "somebody asked for a new password for your account. Set it with the link below; it works once, until"
                " {until}."
            ),
            "If that was not you, ignore this letter: your password stays as it is.",
        ),
        "Set a new password",
    ),
    K.REPORT: Words(
        "{title}: {period}",
        (
            "Hello,",
            "attached is the report “{title}” of {operator} for {period}.",
            "{summary}",
            "You receive this because your address was entered for this report in the console.",
        ),
    ),
    K.STATEMENT: Words(
        "{brand}: statement {reference} for {period}",
        (
            "Hello {name},",
            "attached is your statement {reference} for {period}: {sessions}, {energy}, {amount}.",
        ),
    ),
}
_IT: Mapping[LetterKind, Words] = {
    K.TRIAL: Words(
        "{brand}: la posta funziona",
        (
            "Buongiorno,",
            "questo messaggio è stato inviato per provare se la posta arriva. Arriva: non c'è altro da fare.",
        ),
    ),
    K.STAFF_INVITATION: Words(
        "{brand}: il tuo accesso alla console",
        (
            "Ciao {name},",
            (
                "ti è stato dato accesso alla console di {operator}. Scegli la tua password con il link qui sotto; vale"
                " una volta sola, fino a {until}."
            ),
            "Se non sai di cosa si tratta, ignora questo messaggio: senza il link nessuno può entrare.",
        ),
        "Scegli una password",
    ),
    K.STAFF_PASSWORD: Words(
        "{brand}: imposta una nuova password",
        (
            "Ciao {name},",
            (
                "qualcuno ha chiesto una nuova password per il tuo accesso alla console di {operator}. Impostala con il"
                " link qui sotto; vale una volta sola, fino a {until}."
            ),
            "Se non sei stato tu, ignora questo messaggio: la tua password resta com'è.",
        ),
        "Imposta una nuova password",
    ),
    K.DRIVER_INVITATION: Words(
        "{brand}: il tuo account per la ricarica",
        (
            "Ciao {name},",
            (
                "è stato aperto per te un account per ricaricare con {brand}. Scegli la tua password con il link qui"
                " sotto; vale una volta sola, fino a {until}."
            ),
            "Se non sai di cosa si tratta, ignora questo messaggio.",
        ),
        "Scegli una password",
    ),
    K.DRIVER_PASSWORD: Words(
        "{brand}: imposta una nuova password",
        (
            "Ciao {name},",
            (
                "qualcuno ha chiesto una nuova password per il tuo account. Impostala con il link qui sotto; vale una"
                " volta sola, fino a {until}."
            ),
            "Se non sei stato tu, ignora questo messaggio: la tua password resta com'è.",
        ),
        "Imposta una nuova password",
    ),
    K.REPORT: Words(
        "{title}: {period}",
        (
            "Buongiorno,",
            "in allegato il rapporto «{title}» di {operator} per {period}.",
            "{summary}",
            "Ricevi questo messaggio perché il tuo indirizzo è stato inserito per questo rapporto nella console.",
        ),
    ),
    K.STATEMENT: Words(
        "{brand}: estratto {reference} per {period}",
        (
            "Ciao {name},",
            "in allegato il tuo estratto {reference} per {period}: {sessions}, {energy}, {amount}.",
        ),
    ),
}
_ZH: Mapping[LetterKind, Words] = {
    K.TRIAL: Words(
        "{brand}:邮件功能正常",
        ("您好:", "这封邮件用于测试邮件能否送达。您已收到,无需再做任何操作。"),
    ),
    K.STAFF_INVITATION: Words(
        "{brand}:您的控制台账号已开通",
        (
            "{name},您好:",
            "您已获得 {operator} 控制台的访问权限。请通过下面的链接设置密码;链接仅可使用一次,有效期至 {until}。",
            "如果您不了解此事,请忽略本邮件:没有该链接,任何人都无法登录。",
        ),
        "设置密码",
    ),
    K.STAFF_PASSWORD: Words(
        "{brand}:设置新密码",
        (
            "{name},您好:",
            "有人为您的 {operator} 控制台账号申请了新密码。请通过下面的链接设置;链接仅可使用一次,有效期至 {until}。",
            "如果不是您本人操作,请忽略本邮件:您的密码保持不变。",
        ),
        "设置新密码",
    ),
    K.DRIVER_INVITATION: Words(
        "{brand}:您的充电账号已开通",
        (
            "{name},您好:",
            "{brand} 已为您开通充电账号。请通过下面的链接设置密码;链接仅可使用一次,有效期至 {until}。",
            "如果您不了解此事,请忽略本邮件。",
        ),
        "设置密码",
    ),
    K.DRIVER_PASSWORD: Words(
        "{brand}:设置新密码",
        (
            "{name},您好:",
            "有人为您的账号申请了新密码。请通过下面的链接设置;链接仅可使用一次,有效期至 {until}。",
            "如果不是您本人操作,请忽略本邮件:您的密码保持不变。",
        ),
        "设置新密码",
    ),
    K.REPORT: Words(
        "{title}:{period}",
        (
            "您好:",
            "附件为 {operator} 的报表“{title}”,期间:{period}。",
            "{summary}",
            "您收到本邮件,是因为控制台中为该报表登记了您的邮箱。",
        ),
    ),
    K.STATEMENT: Words(
        "{brand}:{period} 对账单 {reference}",
        (
            "{name},您好:",
            "附件为您 {period} 的对账单 {reference}:{sessions},{energy},{amount}。",
        ),
    ),
}
TEXTS: Mapping[str, Mapping[LetterKind, Words]] = {"en": _EN, "it": _IT, "zh": _ZH}
FEET: Mapping[str, str] = {
    "en": "This letter was sent by a machine; nobody reads answers to its address.",
    "it": "Questo messaggio è stato inviato da un programma; le risposte a questo indirizzo non vengono lette.",
    "zh": "本邮件由系统自动发送,请勿直接回复。",
}
SUPPORT: Mapping[str, str] = {
    "en": "Questions? {contact}",
    "it": "Domande? {contact}",
    "zh": "如有疑问,请联系:{contact}",
}


def choose_language(language: str) -> str:
    """Return the language of ours for a language tag; English where there is none."""
    spoken = language.partition("-")[0].lower()
    return spoken if spoken in TEXTS else "en"
