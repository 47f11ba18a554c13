"""One suite for every way of sending mail: over SMTP to a real server on this machine, and in memory."""

import datetime as dt
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from busbar.adapters.memory.mailer import MemoryMailer
from busbar.adapters.smtp.mailer import SmtpMailer, SmtpSecurity, SmtpServer
from busbar.adapters.system.clock import SystemClock
from busbar.kernel.person import EmailError
from busbar.ports.mailer import (
    ATTACHMENTS_MAX_BYTES,
    Attachment,
    Mail,
    MailError,
    MailOffError,
    MailRefusedError,
    MailUnavailableError,
)
from tests.contracts.mail.server import LOGIN, PASSWORD, MailServer

# the server does not know of TLS that began before it was asked, and warns of passwords in the open
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

SENDER = "post@busbar.example"
MAIL = Mail(
    mail_id="0190f0f0f0f0",
    recipients=("ada@driver.example",),
    sender_name="Rete Ñandú 充电",
    reply_to="help@operator.example",
    subject="La tua ricevuta è pronta · 收据",
    text="Ciao Ada,\n.\nuna riga con un punto solo, e così via.\n",
    html="<p>Ciao <b>Ada</b></p>",
    language="it",
    attachments=(Attachment(name="ricevuta 充电.pdf", media="application/pdf", content=b"%PDF-1.7\r\n\x00\xff"),),
)


def shape(server, **given):
    usual = {"host": "localhost", "port": server.port, "security": SmtpSecurity.NONE, "sender": SENDER, "timeout_s": 3}
    return SmtpMailer(SmtpServer(**(usual | given)), clock=SystemClock())


@pytest.fixture
async def server():
    made = await MailServer().start()
    yield made
    await made.stop()


class OverSmtp:
    """The post as the suite sees it: over the wire."""

    def __init__(self, server):
        self.server = server
        self.mailer = shape(server)

    def refuse(self, recipient, status, reply):
        self.server.refused[recipient] = f"{status} {reply}"

    async def go_away(self):
        await self.server.stop()

    def list_recipients(self):
        return [taken.recipients for taken in self.server.taken]


class InMemory:
    """The post as the suite sees it: in memory."""

    def __init__(self):
        self.mailer = MemoryMailer()

    def refuse(self, recipient, status, reply):
        self.mailer.refused[recipient] = (status, reply)

    async def go_away(self):
        self.mailer.is_away = True

    def list_recipients(self):
        return [[each for each in mail.recipients if each not in self.mailer.refused] for mail in self.mailer.sent]


@pytest.fixture(params=["smtp", "memory"])
def post(request, server):
    return OverSmtp(server) if request.param == "smtp" else InMemory()


def change(**given):
    return Mail(**{name: getattr(MAIL, name) for name in MAIL.__struct_fields__} | given)


async def test_a_mail_is_taken(post):
    assert await post.mailer.send(MAIL) == []
    assert post.list_recipients() == [["ada@driver.example"]]


async def test_what_some_recipients_do_not_get_is_told(post):
    post.refuse("gone@driver.example", 550, "5.1.1 no such person")
    refused = await post.mailer.send(change(recipients=("ada@driver.example", "gone@driver.example")))
    assert [(each.recipient, each.status, each.reply) for each in refused] == [
        ("gone@driver.example", 550, "5.1.1 no such person")
    ]
    assert post.list_recipients() == [["ada@driver.example"]]


async def test_a_recipient_that_there_is_not_is_refused_for_good(post):
    post.refuse("ada@driver.example", 550, "5.1.1 no such person")
    with pytest.raises(MailRefusedError) as caught:
        await post.mailer.send(MAIL)
    assert caught.value.facts == {"status": 550, "reply": "5.1.1 no such person"}
    assert post.list_recipients() == []


async def test_a_full_mailbox_is_tried_again(post):
    post.refuse("ada@driver.example", 450, "4.2.2 mailbox full")
    with pytest.raises(MailUnavailableError):
        await post.mailer.send(MAIL)


async def test_a_server_that_is_away_is_tried_again(post):
    await post.go_away()
    with pytest.raises(MailUnavailableError):
        await post.mailer.send(MAIL)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("recipients", {"recipients": ()}),
        ("recipients", {"recipients": tuple(f"p{number}@x.example" for number in range(51))}),
        ("subject", {"subject": "One\r\nBcc: everybody@x.example"}),
        ("subject", {"subject": ""}),
        ("sender_name", {"sender_name": "A\nB"}),
        ("text", {"text": ""}),
        ("html", {"html": "x" * 200_001}),
        ("attachments", {"attachments": (Attachment(name="a", media="a/b", content=b"x"),) * 11}),
        (
            "attachments",
            {"attachments": (Attachment(name="a", media="a/b", content=bytes(ATTACHMENTS_MAX_BYTES + 1)),)},
        ),
        ("attachment_name", {"attachments": (Attachment(name="../a", media="a/b", content=b"x"),)}),
    ],
)
async def test_a_mail_beyond_its_bounds_is_not_sent(post, field, given):
    with pytest.raises(MailError) as caught:
        await post.mailer.send(change(**given))
    assert caught.value.facts == {"field": field}


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nRCPT TO:<c@d>", "<a@b.example>", "a@b.example,c@d.example"])
async def test_what_is_no_address_is_not_sent_to(post, address):
    with pytest.raises(EmailError):
        await post.mailer.send(change(recipients=(address,)))
    with pytest.raises(EmailError):
        await post.mailer.send(change(reply_to=address))


async def test_without_a_server_mail_is_off():
    for mailer in (SmtpMailer(None, clock=SystemClock()), MemoryMailer(is_on=False)):
        assert not mailer.is_on
        with pytest.raises(MailOffError):
            await mailer.send(MAIL)


# ---- over the wire alone ---------------------------------------------------------------------------------------------


async def test_every_part_arrives_as_it_was_written(server):
    await shape(server).send(MAIL)
    (taken,) = server.taken
    message = taken.message
    assert (taken.sender, message["To"], message["Reply-To"]) == (SENDER, "ada@driver.example", "help@operator.example")
    assert (message["From"].addresses[0].display_name, message["From"].addresses[0].addr_spec) == (
        "Rete Ñandú 充电",
        SENDER,
    )
    assert message["Subject"] == "La tua ricevuta è pronta · 收据"
    assert (message["Message-ID"], message["Content-Language"]) == ("<0190f0f0f0f0@busbar.example>", "it")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == MAIL.text
    assert message.get_body(("html",)).get_content().strip() == "<p>Ciao <b>Ada</b></p>"
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("ricevuta 充电.pdf", "application/pdf")
    assert attached.get_content() == b"%PDF-1.7\r\n\x00\xff"


async def test_recipients_do_not_learn_of_one_another(server):
    await shape(server).send(change(recipients=("a@x.example", "b@x.example")))
    (taken,) = server.taken
    assert taken.recipients == ["a@x.example", "b@x.example"]
    assert "x.example" not in str(taken.message)


async def test_an_address_beyond_ascii_travels(server):
    await shape(server).send(change(recipients=("ñandú@driver.example",)))
    assert server.taken[0].recipients == ["ñandú@driver.example"]


async def test_a_message_that_is_refused_whole(server):
    server.reply_to_data = "552 5.3.4 too large"
    with pytest.raises(MailRefusedError) as caught:
        await shape(server).send(MAIL)
    assert caught.value.facts == {"status": 552, "reply": "5.3.4 too large"}
    server.reply_to_data = "451 4.3.0 try later"
    with pytest.raises(MailUnavailableError):
        await shape(server).send(MAIL)


async def test_who_does_not_answer_is_waited_for_no_longer_than_the_setting():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailer = shape(MailServer(port=silent.getsockname()[1]), timeout_s=0.2)
        with pytest.raises(MailUnavailableError):
            await mailer.send(MAIL)
        with pytest.raises(MailUnavailableError):
            await mailer.check()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of `localhost` that vouches for itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=1))
        .not_valid_after(now + dt.timedelta(minutes=10))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("post") / "localhost.pem"
    content = made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(content)
    return file


@pytest.fixture(params=[SmtpSecurity.STARTTLS, SmtpSecurity.TLS])
async def guarded(request, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    is_tls = request.param is SmtpSecurity.TLS
    made = await MailServer(context=context, is_tls=is_tls, is_auth_required=True).start()
    yield made, {"security": request.param, "ca_file": certificate}
    await made.stop()


async def test_under_tls_with_name_and_password(guarded):
    server, terms = guarded
    mailer = shape(server, **terms, login=LOGIN, password=PASSWORD)
    assert await mailer.check() == "250 OK"
    await mailer.send(MAIL)
    (taken,) = server.taken
    assert (taken.is_secret, taken.login) == (True, LOGIN)


async def test_a_wrong_password_delays_mail_and_refuses_none(guarded):
    server, terms = guarded
    mailer = shape(server, **terms, login=LOGIN, password="another")
    with pytest.raises(MailUnavailableError, match="name or password"):
        await mailer.send(MAIL)
    with pytest.raises(MailUnavailableError, match="name or password"):
        await mailer.check()
    with pytest.raises(MailUnavailableError):
        await shape(server, **terms).send(MAIL)


async def test_a_certificate_of_nobody_we_know_is_not_trusted(guarded):
    server, terms = guarded
    with pytest.raises(MailUnavailableError):
        await shape(server, **terms | {"ca_file": None}).send(MAIL)
    assert server.taken == []


async def test_no_mail_goes_in_the_open_where_tls_is_wanted(server):
    with pytest.raises(MailUnavailableError):
        await shape(server, security=SmtpSecurity.STARTTLS).send(MAIL)
    assert server.taken == []
