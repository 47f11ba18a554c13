"""The invoicing room in a real core on both databases: numbers without gaps, corrections, invoices, requests."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from busbar.canon.invoicing import (
    BusinessParty,
    CreditDocument,
    DocumentKind,
    FindTaxRates,
    InvoiceProfile,
    IssueInvoice,
    MoveInvoiceRequest,
    RequestInvoice,
    RequestKind,
    RequestState,
    SaveInvoiceProfile,
    TaxCategory,
    TaxRule,
)
from busbar.canon.message import DONE, Command, Done
from busbar.canon.pricing import LineKind, PriceLine, SessionPriced, Totals
from busbar.canon.tenants import FindOperator, Operator, RecordAudit
from busbar.domain.invoicing.service import InvoicingService
from busbar.domain.invoicing.sql import SqlInvoicingStore, documents, read_document
from busbar.kernel.errors import ConflictError, InvalidError, NotFoundError
from busbar.kernel.ids import DocumentId, DriverId, InvoiceRequestId, OperatorId, SessionId, SiteId, StationId, TariffId
from tests.services import POSTGRESQL

OPERATOR, OTHER = OperatorId("op-1"), OperatorId("op-2")
DRIVER = DriverId("driver-1")
START = datetime(2026, 3, 1, 10, tzinfo=UTC)
BUYER = BusinessParty(name="Rossi Srl", vat_id="IT01234567890", street="Via Roma 1", city="Torino", country="IT")


class Price(Command[Done], frozen=True, kw_only=True):
    """Let the room hear that a session was priced, and fail afterwards if so wished."""

    fact: SessionPriced
    fails: bool = False


class Rooms:
    def __init__(self, house):
        self.house = house
        self.audit = []
        self.furnish(house.core)

    def furnish(self, core):
        service = InvoicingService(store=SqlInvoicingStore(), ids=self.house.ids)
        core.register(service.handlers())
        core.register(
            {FindOperator: self.find_operator, RecordAudit: self.record_audit, Price: self.make_price(service)}
        )

    @staticmethod
    def make_price(service):
        async def price(message, work):
            await service.hear_priced(message.fact, work)
            if message.fails:
                raise ConflictError("as asked")
            return DONE

        return price

    async def find_operator(self, message, work):
        return Operator(
            operator_id=message.operator_id, name="Busbar Srl", slug="b", currency="EUR", zone="Europe/Rome",
            language="it", is_default=True, created_at=work.now,
        )  # fmt: skip

    async def record_audit(self, message, work):
        self.audit.append((message.action, message.subject))

    async def ask(self, command):
        return await self.house.core.dispatch(command)

    async def price(self, session, **more):
        await self.ask(Price(fact=make_fact(session, **more)))

    async def read(self, **equal):
        statement = select(documents).order_by(documents.c.series, documents.c.number)
        for name, value in equal.items():
            statement = statement.where(documents.c[name] == value)
        async with self.house.databases.read() as connection:
            return (await connection.execute(statement)).all()


def make_fact(session, *, operator_id=OPERATOR, revision=1, net=1000, driver_id=DRIVER, currency="EUR"):
    tax = net * 22 // 100
    line = PriceLine(
        kind=LineKind.ENERGY, quantity=Decimal(20), unit="kWh", unit_price=Decimal("0.5"), net=net, tax=tax,
        gross=net + tax, vat_percent=Decimal(22),
    )  # fmt: skip
    return SessionPriced(
        operator_id=operator_id, at=START, session_id=SessionId(session), station_id=StationId("CP-1"),
        driver_id=driver_id, tariff_id=TariffId("t"), version=1, revision=revision, tariff_name="Day",
        currency=currency, lines=(line,), totals=Totals(net=net, tax=tax, gross=net + tax), energy_wh=20_000,
        started_at=START, ended_at=START + timedelta(hours=1), is_final=True,
    )  # fmt: skip


@pytest.fixture
async def rooms(house):
    made = Rooms(house)
    await house.start()
    return made


async def test_a_priced_session_has_one_receipt(rooms):
    await rooms.price("s-1")
    await rooms.price("s-1")
    (row,) = await rooms.read()
    receipt = read_document(row.content)
    assert (receipt.reference, receipt.seller.name, receipt.language) == ("R2026-000001", "Busbar Srl", "it")
    assert (receipt.totals.gross, receipt.taxes[0].net, receipt.energy_wh) == (1220, 1000, 20_000)


async def test_a_corrected_price_is_credited_and_written_anew(rooms):
    await rooms.price("s-1")
    await rooms.price("s-1", revision=2, net=900)
    await rooms.price("s-1", revision=1)
    rows = await rooms.read()
    assert [(row.reference, row.gross) for row in rows] == [
        ("N2026-000001", -1220), ("R2026-000001", 1220), ("R2026-000002", 1098),
    ]  # fmt: skip
    assert rows[1].credit_id == rows[0].document_id
    assert read_document(rows[0].content).credited_reference == "R2026-000001"


async def test_numbers_have_no_gap_when_messages_fail(rooms):
    async def price(index):
        try:
            await rooms.ask(Price(fact=make_fact(f"s-{index}"), fails=index % 3 == 0))
        except ConflictError:
            return

    await asyncio.gather(*(price(index) for index in range(60)))
    numbers = [row.number for row in await rooms.read(kind="receipt")]
    assert numbers == list(range(1, 41))


@pytest.mark.parametrize("database_kind", [POSTGRESQL])
async def test_numbers_have_no_gap_when_two_processes_take_them(rooms, database_kind):
    """Two cores, each with a writer of its own, on one database."""
    second = rooms.house.restart()
    rooms.furnish(second)
    await second.start()
    cores = (rooms.house.core, second)
    await asyncio.gather(*(cores[index % 2].dispatch(Price(fact=make_fact(f"s-{index}"))) for index in range(80)))
    assert [row.number for row in await rooms.read(kind="receipt")] == list(range(1, 81))


async def test_operators_count_for_themselves(rooms):
    await rooms.price("s-1")
    await rooms.price("s-2", operator_id=OTHER)
    assert [row.number for row in await rooms.read()] == [1, 1]
    with pytest.raises(NotFoundError):
        await rooms.ask(make_invoice("i-1", "s-1", operator_id=OTHER))


def make_invoice(document_id, *sessions, operator_id=OPERATOR, buyer=BUYER, **more):
    return IssueInvoice(
        document_id=DocumentId(document_id), operator_id=operator_id, actor="staff:1",
        session_ids=tuple(map(SessionId, sessions)), buyer=buyer, **more,
    )  # fmt: skip


async def test_an_invoice_over_sessions(rooms):
    for index in (1, 2):
        await rooms.price(f"s-{index}")
    invoice = await rooms.ask(make_invoice("i-1", "s-1", "s-2", is_statement=True))
    assert await rooms.ask(make_invoice("i-1", "s-1", "s-2")) == invoice
    assert (invoice.reference, invoice.kind, invoice.totals.gross) == ("F2026-000001", DocumentKind.STATEMENT, 2440)
    assert (len(invoice.lines), invoice.taxes[0].net, invoice.energy_wh) == (2, 2000, 40_000)
    assert invoice.due_at == invoice.issued_at + timedelta(days=14)
    with pytest.raises(ConflictError) as caught:
        await rooms.ask(make_invoice("i-2", "s-2"))
    assert caught.value.facts == {"document_id": "i-1"}
    assert rooms.audit == [("invoice.issue", "document:F2026-000001")]


async def test_what_an_invoice_cannot_be_about(rooms):
    await rooms.price("s-1")
    await rooms.price("s-2", currency="CHF")
    for sessions, error in ((("s-1", "nobody"), NotFoundError), ((), InvalidError), (("s-1", "s-2"), InvalidError)):
        with pytest.raises(error):
            await rooms.ask(make_invoice("i-1", *sessions))
    with pytest.raises(InvalidError):
        await rooms.ask(make_invoice("i-1", "s-1", buyer=BusinessParty(name=" ")))
    assert len(await rooms.read()) == 2


def credit(document_id, credit_id="c-1", reason="wrong buyer"):
    return CreditDocument(
        operator_id=OPERATOR, actor="staff:1", document_id=DocumentId(document_id), credit_id=DocumentId(credit_id),
        reason=reason,
    )  # fmt: skip


async def test_a_credited_invoice_frees_its_sessions(rooms):
    await rooms.price("s-1")
    await rooms.ask(make_invoice("i-1", "s-1"))
    receipt = (await rooms.read(kind="receipt"))[0].document_id
    with pytest.raises(ConflictError):
        await rooms.ask(credit(receipt))
    note = await rooms.ask(credit("i-1"))
    assert await rooms.ask(credit("i-1")) == note
    assert (note.reference, note.totals.gross, note.lines[0].quantity) == ("N2026-000001", -1220, Decimal(-20))
    with pytest.raises(ConflictError):
        await rooms.ask(credit("i-1", "c-2"))
    with pytest.raises(InvalidError):
        await rooms.ask(credit("c-1", "c-3"))
    again = await rooms.ask(make_invoice("i-2", "s-1"))
    assert again.reference == "F2026-000002"


async def test_a_correction_takes_the_invoice_back_too(rooms):
    await rooms.price("s-1")
    await rooms.ask(make_invoice("i-1", "s-1"))
    await rooms.price("s-1", revision=2, net=500)
    rows = await rooms.read()
    assert sum(row.gross for row in rows if row.kind in {"invoice", "statement"}) == 1220
    assert sum(row.gross for row in rows) == 610
    assert [row.reference for row in rows if row.kind == "credit_note"] == ["N2026-000001", "N2026-000002"]


def ask_for(request_id, *sessions, kind=RequestKind.FAPIAO_NORMAL, driver_id=DRIVER, buyer=None):
    return RequestInvoice(
        request_id=InvoiceRequestId(request_id), operator_id=OPERATOR, driver_id=driver_id, kind=kind,
        session_ids=tuple(map(SessionId, sessions)), buyer=buyer or BusinessParty(name="王小明"),
    )  # fmt: skip


def move(request_id, state, **more):
    return MoveInvoiceRequest(
        operator_id=OPERATOR,
        actor="staff:1",
        request_id=InvoiceRequestId(request_id),
        state=RequestState(state),
        **more,
    )


async def test_the_life_of_a_fapiao(rooms):
    await rooms.price("s-1")
    request = await rooms.ask(ask_for("q-1", "s-1"))
    assert (request.state, request.totals.gross) == ("requested", 1220)
    assert await rooms.ask(ask_for("q-1", "s-1")) == request
    with pytest.raises(ConflictError):
        await rooms.ask(ask_for("q-2", "s-1"))
    with pytest.raises(ConflictError):
        await rooms.ask(move("q-1", "sent"))
    with pytest.raises(InvalidError):
        await rooms.ask(move("q-1", "issued", fapiao_number="no"))
    issued = await rooms.ask(move("q-1", "issued", fapiao_number="25312000000012345678"))
    assert issued.fapiao_number == "25312000000012345678"
    await rooms.ask(move("q-1", "sent"))
    red = await rooms.ask(move("q-1", "red_lettered", fapiao_number="25312000000012345679", note="抬头错误"))
    assert (red.red_number, red.note) == ("25312000000012345679", "抬头错误")
    assert (await rooms.ask(ask_for("q-3", "s-1"))).state == "requested"


async def test_a_request_for_an_invoice_is_answered_at_once(rooms):
    await rooms.price("s-1")
    request = await rooms.ask(ask_for("q-1", "s-1", kind=RequestKind.INVOICE, buyer=BUYER))
    assert request.state == "issued"
    (row,) = await rooms.read(kind="invoice")
    assert (row.document_id, row.buyer_name) == (request.document_id, "Rossi Srl")
    with pytest.raises(ConflictError):
        await rooms.ask(move("q-1", "sent"))


async def test_nobody_asks_for_the_sessions_of_another(rooms):
    await rooms.price("s-1")
    with pytest.raises(NotFoundError):
        await rooms.ask(ask_for("q-1", "s-1", driver_id=DriverId("driver-2")))
    with pytest.raises(InvalidError):
        await rooms.ask(ask_for("q-1", "s-1", kind=RequestKind.FAPIAO_SPECIAL))
    with pytest.raises(NotFoundError):
        await rooms.ask(move("q-9", "sent"))


async def test_a_profile_names_seller_and_series(rooms):
    profile = InvoiceProfile(
        operator_id=OPERATOR, seller=BusinessParty(name="Busbar Srl", vat_id="IT12345670017"), zone="Europe/Rome",
        receipt_prefix="RIC", invoice_prefix="FT", credit_prefix="NC",
    )  # fmt: skip
    await rooms.ask(SaveInvoiceProfile(operator_id=OPERATOR, actor="staff:1", profile=profile))
    await rooms.price("s-1")
    (row,) = await rooms.read()
    assert row.reference == "RIC2026-000001"
    assert read_document(row.content).seller.vat_id == "IT12345670017"


async def test_the_taxes_of_a_site_are_told_until_they_change(rooms):
    site = SiteId("site-1")
    energy = TaxRule(site_id=site, kind=LineKind.ENERGY, percent=Decimal(10))
    exempt = TaxRule(kind=LineKind.PARKING, category=TaxCategory.EXEMPT, reason="Art. 10")
    everything = TaxRule(percent=Decimal(22))
    seller = BusinessParty(name="Busbar Srl")

    async def rates(site_id):
        found = await rooms.ask(FindTaxRates(operator_id=OPERATOR, site_id=site_id))
        return [(each.kind, int(each.percent)) for each in found]

    assert await rates(site) == []
    for rules in ((energy, exempt, everything), (everything,)):
        profile = InvoiceProfile(operator_id=OPERATOR, seller=seller, tax_rules=rules)
        await rooms.ask(SaveInvoiceProfile(operator_id=OPERATOR, actor="staff:s", profile=profile))
        if len(rules) > 1:
            assert await rates(site) == [(LineKind.ENERGY, 10), (LineKind.PARKING, 0), (None, 22)]
            assert await rates(None) == [(LineKind.PARKING, 0), (None, 22)]
    assert await rates(site) == [(None, 22)]
    assert await rooms.ask(FindTaxRates(operator_id=OTHER, site_id=site)) == ()
