"""Pay-outs as files for a bank: SEPA credit transfers (ISO 20022 pain.001.001.09), and CSV."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from busbar.kernel.errors import ConflictError
from busbar.rating.totals import to_major
from busbar.views.paper.markup import Branch, begin, finish
from busbar.views.paper.sheets import Cell
from busbar.views.shapes.settlement import PayoutDetail, PayoutEntry

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NAME_MAX_CHARS = 70
REMITTANCE_MAX_CHARS = 140
PAYOUT_HEAD = ("reference", "payee", "iban", "bic", "account", "country", "amount", "currency", "execution_on", "state")
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_SPELT = {"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "&": "+"}


class SepaError(ConflictError):
    """The pay-out cannot be a SEPA file: the message says what is missing."""

    code = "conflict.sepa"


def spell(text: str, *, chars_max: int) -> str:
    """Write a text with the signs that every bank of SEPA takes."""
    spelt = "".join(_SPELT.get(sign, sign) for sign in text)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign in _ALLOWED else " " for sign in plain).split())[:chars_max]


def write_pain001(payout: PayoutDetail, *, made_at: datetime) -> bytes:
    """Write a pay-out as pain.001. Errors: `conflict.sepa`."""
    _demand(payout)
    total = f"{to_major(payout.amount, payout.currency):f}"
    root = begin("n:Document", {"n": NAMESPACE})
    message = root.under("n:CstmrCdtTrfInitn")
    head = message.under("n:GrpHdr")
    head.say("n:MsgId", payout.reference)
    head.say("n:CreDtTm", f"{made_at:%Y-%m-%dT%H:%M:%S}")
    head.say("n:NbOfTxs", payout.count)
    head.say("n:CtrlSum", total)
    head.under("n:InitgPty").say("n:Nm", spell(payout.payer_name, chars_max=NAME_MAX_CHARS))
    batch = message.under("n:PmtInf")
    batch.say("n:PmtInfId", payout.reference)
    batch.say("n:PmtMtd", "TRF")
    batch.say("n:BtchBookg", "true")
    batch.say("n:NbOfTxs", payout.count)
    batch.say("n:CtrlSum", total)
    batch.under("n:PmtTpInf").under("n:SvcLvl").say("n:Cd", "SEPA")
    batch.under("n:ReqdExctnDt").say("n:Dt", payout.execution_on.isoformat())
    batch.under("n:Dbtr").say("n:Nm", spell(payout.payer_name, chars_max=NAME_MAX_CHARS))
    batch.under("n:DbtrAcct").under("n:Id").say("n:IBAN", payout.payer_iban)
    _name_bank(batch.under("n:DbtrAgt"), payout.payer_bic)
    batch.say("n:ChrgBr", "SLEV")
    for entry in payout.entries:
        _write_entry(batch.under("n:CdtTrfTxInf"), entry, currency=payout.currency)
    return finish(root)


def _demand(payout: PayoutDetail) -> None:
    if payout.is_cancelled:
        raise SepaError("the pay-out was given up")
    if payout.currency != "EUR":
        raise SepaError("SEPA pays in euro alone: take the CSV file")
    if not payout.payer_iban or not spell(payout.payer_name, chars_max=NAME_MAX_CHARS):
        raise SepaError("enter the name and the IBAN that you pay from, and make the pay-out anew")
    for entry in payout.entries:
        if not entry.iban or not spell(entry.payee_name, chars_max=NAME_MAX_CHARS):
            raise SepaError(f"{entry.payee_name} has no IBAN, or no name that banks can write", name=entry.payee_name)


def _name_bank(branch: Branch, bic: str) -> None:
    bank = branch.under("n:FinInstnId")
    if bic:
        bank.say("n:BICFI", bic)
    else:
        bank.under("n:Othr").say("n:Id", "NOTPROVIDED")


def _write_entry(branch: Branch, entry: PayoutEntry, *, currency: str) -> None:
    branch.under("n:PmtId").say("n:EndToEndId", entry.reference)
    branch.under("n:Amt").say("n:InstdAmt", f"{to_major(entry.amount, currency):f}", Ccy=currency)
    if entry.bic:
        _name_bank(branch.under("n:CdtrAgt"), entry.bic)
    creditor = branch.under("n:Cdtr")
    creditor.say("n:Nm", spell(entry.payee_name, chars_max=NAME_MAX_CHARS))
    if entry.country:
        creditor.under("n:PstlAdr").say("n:Ctry", entry.country)
    branch.under("n:CdtrAcct").under("n:Id").say("n:IBAN", entry.iban)
    branch.under("n:RmtInf").say("n:Ustrd", spell(f"Settlement {entry.reference}", chars_max=REMITTANCE_MAX_CHARS))


def list_payments(payout: PayoutDetail) -> Sequence[Sequence[Cell]]:
    """List a pay-out's payments as the rows of a table, amounts in major units."""
    return [
        [
            entry.reference, entry.payee_name, entry.iban, entry.bic, entry.account, entry.country,
            to_major(entry.amount, payout.currency), payout.currency, payout.execution_on.isoformat(), entry.state,
        ]
        for entry in payout.entries
    ]  # fmt: skip
