"""The doctor looks at the mail server without sending anything."""

import asyncio
import threading

from busbar.adapters.system.clock import SystemClock
from busbar.app.config import Settings
from busbar.app.doctor.mail import check_mail
from tests.contracts.mail.server import MailServer

CLOCK = SystemClock()
GIVEN = {"mail_host": "127.0.0.1", "mail_sender": "post@busbar.example", "mail_security": "none", "mail_timeout_s": 2}


class Elsewhere:
    """A mail server in a thread of its own: the doctor has an event loop of its own."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(MailServer().start(), self.loop).result(10)
        return self.server

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self.server.stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


def look(tmp_path, **given):
    (finding,) = check_mail(Settings(data_dir=tmp_path, **given), clock=CLOCK)
    return finding


def test_off_is_fine(tmp_path):
    finding = look(tmp_path)
    assert (finding.level, finding.what[:4]) == ("ok", "off:")


def test_a_server_that_answers(tmp_path):
    with Elsewhere() as server:
        found = look(tmp_path, **GIVEN, mail_port=server.port, public_url="https://charge.example")
        unnamed = look(tmp_path, **GIVEN, mail_port=server.port)
        assert server.taken == []
    assert (found.level, found.what) == ("ok", f"127.0.0.1 port {server.port} (none) answers 250 OK")
    assert (unnamed.level, "links in mails lead to http://127.0.0.1:8080" in unnamed.what) == ("warn", True)


def test_a_server_that_does_not(tmp_path):
    finding = look(tmp_path, **GIVEN, mail_port=9)
    assert (finding.level, "cannot be used" in finding.what) == ("bad", True)
    assert "BUSBAR_MAIL_HOST" in finding.remedy
