"""Pay-out files against the official schema of pain.001.001.09, field by field."""

from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
from lxml import etree

from busbar.kernel.errors import BusbarError
from busbar.views.paper.sepa import NAMESPACE, list_payments, spell, write_pain001
from busbar.views.shapes.settlement import PayoutDetail, PayoutEntry

MADE_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NAMES = {"n": NAMESPACE}
SCHEMA = etree.XMLSchema(etree.parse(str(files("sepaxml").joinpath("schemas/pain.001.001.09.xsd"))))
MANDATORY = [
    "n:CstmrCdtTrfInitn", "//n:GrpHdr", "//n:GrpHdr/n:MsgId", "//n:GrpHdr/n:CreDtTm", "//n:GrpHdr/n:NbOfTxs",
    "//n:GrpHdr/n:InitgPty", "//n:PmtInf", "//n:PmtInf/n:PmtInfId", "//n:PmtInf/n:PmtMtd", "//n:PmtInf/n:ReqdExctnDt",
    "//n:PmtInf/n:Dbtr", "//n:PmtInf/n:DbtrAcct", "//n:PmtInf/n:DbtrAcct/n:Id", "//n:PmtInf/n:DbtrAgt",
    "//n:CdtTrfTxInf", "//n:CdtTrfTxInf/n:PmtId", "//n:PmtId/n:EndToEndId", "//n:CdtTrfTxInf/n:Amt",
    "//n:Amt/n:InstdAmt",
]  # fmt: skip


def entry(**changes):
    values = {
        "settlement_id": "s1", "reference": "S20260201-0000000001", "payee_name": "Parcheggi Città & Figli",
        "iban": "IT60X0542811101000000123456", "bic": "BPMOIT22XXX", "account": "", "country": "IT", "amount": 106_305,
        "state": "paying",
    }  # fmt: skip
    return PayoutEntry(**{**values, **changes})


def payout(*entries, **changes):
    entries = entries or (
        entry(),
        entry(settlement_id="s2", reference="S20260201-0000000002", bic="", country="", amount=1),
    )
    values = {
        "payout_id": "p", "reference": "P20260305-0123456789", "currency": "EUR", "execution_on": date(2026, 3, 5),
        "payer_name": "Müller Straßen Łódź GmbH", "payer_iban": "DE89370400440532013000", "payer_bic": "",
        "amount": sum(each.amount for each in entries), "count": len(entries), "created_at": MADE_AT,
        "created_by": "staff:x", "is_cancelled": False, "entries": list(entries),
    }  # fmt: skip
    return PayoutDetail(**{**values, **changes})


def read(**given):
    return etree.fromstring(write_pain001(payout(**given), made_at=MADE_AT))


def test_a_file_is_right_by_the_official_schema():
    root = read()
    SCHEMA.assertValid(root)
    text = {
        name: [each.text for each in root.findall(f".//n:{name}", NAMES)]
        for name in ("MsgId", "NbOfTxs", "CtrlSum", "IBAN", "InstdAmt", "EndToEndId", "Nm", "Dt", "BICFI", "Cd")
    }
    assert text["MsgId"] == ["P20260305-0123456789"]
    assert text["NbOfTxs"] == ["2", "2"]
    assert text["CtrlSum"] == ["1063.06", "1063.06"]
    assert text["IBAN"] == ["DE89370400440532013000", *["IT60X0542811101000000123456"] * 2]
    assert text["InstdAmt"] == ["1063.05", "0.01"]
    assert text["EndToEndId"] == ["S20260201-0000000001", "S20260201-0000000002"]
    assert text["Nm"] == [*["Muller Strassen Lodz GmbH"] * 2, *["Parcheggi Citta + Figli"] * 2]
    assert text["Dt"] == ["2026-03-05"]
    assert text["BICFI"] == ["BPMOIT22XXX"]
    assert text["Cd"] == ["SEPA"]
    assert root.find(".//n:DbtrAgt/n:FinInstnId/n:Othr/n:Id", NAMES).text == "NOTPROVIDED"
    assert {each.get("Ccy") for each in root.findall(".//n:InstdAmt", NAMES)} == {"EUR"}


@pytest.mark.parametrize("path", MANDATORY)
def test_each_mandatory_field_is_there_and_missed_by_the_schema(path):
    root = read()
    for found in root.xpath(path, namespaces=NAMES):
        found.getparent().remove(found)
    assert not SCHEMA.validate(root)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (payout(currency="CNY"), "CSV"),
        (payout(payer_iban=""), "IBAN"),
        (payout(payer_name="中文"), "name"),
        (payout(entry(iban="", account="ICBC 1")), "has no IBAN"),
        (payout(entry(payee_name="停车场")), "no name"),
        (payout(is_cancelled=True), "given up"),
    ],
)
def test_what_no_bank_would_take_is_refused(made, text):
    with pytest.raises(BusbarError, match=text) as caught:
        write_pain001(made, made_at=MADE_AT)
    assert caught.value.code == "conflict.sepa"


def test_texts_are_spelt_as_every_bank_takes_them():
    assert spell("Ångström\u00a0& Cœur <b>", chars_max=70) == "Angstrom + C ur b"
    assert spell("x" * 100, chars_max=70) == "x" * 70


def test_the_table_says_the_same():
    [first, second] = list_payments(payout())
    assert [str(first[6]), first[7], first[9]] == ["1063.05", "EUR", "paying"]
    assert second[0] == "S20260201-0000000002"
