"""Staff come in over their company's identity provider: two processes, and a browser's way between them over HTTP."""

import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from tests.patience import HANG_LIMIT_S, Patience

from .conftest import Installation, find_free_port, sign_in

COMPANY = {"name": "Company", "email_domains": ["company.example"], "creates_unknown": True, "default_role": "viewer"}


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    directory = tmp_path_factory.mktemp("company")
    installation = Installation(directory / "data", BUSBAR_IDENTITY_IS_PRIVATE_ALLOWED="true")
    installation.start()
    yield installation
    assert installation.stop() == 0, installation.output
    assert "Traceback" not in installation.output


@pytest.fixture(scope="module")
def idp(tmp_path_factory):
    """`busbar idp` in a process of its own: what an operator enters."""
    file = tmp_path_factory.mktemp("idp") / "idp.json"
    command = [str(Path(sys.executable).with_name("busbar")), "idp", "--port", str(find_free_port())]
    process = subprocess.Popen([*command, "--credentials", str(file)], stdout=subprocess.DEVNULL)
    patience = Patience(HANG_LIMIT_S)
    while not patience.is_over:
        assert process.poll() is None
        try:
            credentials = json.loads(file.read_text(encoding="utf-8"))
            httpx2.get(f"{credentials['issuer']}/.well-known/openid-configuration")
            break
        except (OSError, ValueError, httpx2.TransportError):
            time.sleep(0.05)
    yield credentials
    process.terminate()
    process.wait(HANG_LIMIT_S)


async def walk(browser, http_url, email, password):
    """Go to the provider, sign in there, and bring back what it gives."""
    begun = await browser.post(f"{http_url}/api/v1/auth/identity-sign-in/begin", json={"email": email})
    assert begun.status_code == 200, begun.text
    address = begun.json()["address"]
    page = await browser.get(address)
    assert "Company sign-in" in page.text
    form = dict(parse_qsl(urlsplit(address).query)) | {"email": email, "password": password, "step": "enter"}
    sent = await browser.post(address.partition("?")[0], data=form)
    assert sent.status_code == 303, sent.text
    back = urlsplit(sent.headers["Location"])
    assert (await browser.get(back.geturl())).status_code == 200  # the console's own page
    body = dict(parse_qsl(back.query)) | {"transport": "cookie"}
    return await browser.post(f"{http_url}/api/v1/auth/identity-sign-in", json=body)


async def test_somebody_comes_in_over_the_company_and_goes(installation, idp):
    async with sign_in(installation) as console:
        await console.send("PUT", "identity-provider", {**COMPANY, **idp})
        async with httpx2.AsyncClient(timeout=40) as browser:
            entered = await walk(browser, installation.http_url, "ada@company.example", "ada-signs-in")
            assert entered.status_code == 200, entered.text
            assert entered.json()["token"] is None
            me = (await browser.get(f"{installation.http_url}/api/v1/auth/me")).json()
            assert (me["email"], me["role"]) == ("ada@company.example", "viewer")
            write = {"X-Busbar-Request": "1"}
            left = await browser.post(f"{installation.http_url}/api/v1/auth/sign-out", headers=write)
            assert left.status_code == 204
            assert (await browser.get(f"{installation.http_url}/api/v1/auth/me")).status_code == 401
        deeds = [entry["action"] for entry in (await console.get("audit", limit=100))["items"]]
        assert {"identity_provider.save", "staff.create", "staff.link_identity", "staff.sign_in"} <= set(deeds)


async def test_another_browser_cannot_finish_what_one_began(installation, idp):
    async with sign_in(installation) as console:
        await console.send("PUT", "identity-provider", {**COMPANY, **idp})
    async with httpx2.AsyncClient(timeout=40) as browser, httpx2.AsyncClient(timeout=40) as thief:
        begun = await browser.post(f"{installation.http_url}/api/v1/auth/identity-sign-in/begin", json={})
        address = begun.json()["address"]
        form = dict(parse_qsl(urlsplit(address).query))
        form |= {"email": "ben@company.example", "password": "ben-signs-in", "step": "enter"}
        sent = await browser.post(address.partition("?")[0], data=form)
        body = dict(parse_qsl(urlsplit(sent.headers["Location"]).query))
        refused = await thief.post(f"{installation.http_url}/api/v1/auth/identity-sign-in", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "denied.identity_state")
