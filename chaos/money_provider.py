"""The provider of the money trial: `busbar psp` in a process of its own, its payers, and its book."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

import httpx2

from busbar.kernel.ids import PaymentId

TIMEOUT_S = 60
TRIES = 3
START_LIMIT_S = 60
NOTICES = {"copies": 2, "delay_s": 0.2}
"""Every notice comes late, and twice."""
CARD = "4242424242424242"
CONFLICT, NOT_FOUND = 409, 404


class Payer:
    """Pays in drivers' places, and reads the provider's book."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.AsyncClient(base_url=url, timeout=TIMEOUT_S, trust_env=False)

    async def pay(self, payment_id: PaymentId) -> None:
        """Pay; once is enough. A payment that the provider does not know yet stays unpaid."""
        wish = {"provider": "stripe", "order_no": payment_id, "number": CARD}
        answer = await self._insist(wish)
        if answer.status_code not in (CONFLICT, NOT_FOUND):
            answer.raise_for_status()

    async def _insist(self, wish: dict[str, Any]) -> httpx2.Response:
        """Pay, and again when the connection broke: one that lay idle may be closed just as it is taken up."""
        for _ in range(TRIES - 1):
            try:
                return await self._http.post("/control/pay", json=wish)
            except httpx2.TransportError:
                continue
        return await self._http.post("/control/pay", json=wish)

    async def control(self, what: str, wish: dict[str, Any]) -> None:
        """Turn one of the provider's handles."""
        (await self._http.post(f"/control/{what}", json=wish)).raise_for_status()

    async def read_book(self) -> dict[str, dict[str, Any]]:
        """Return every payment that the provider knows, by our id: `status`, `captured`, `refunded`, `amount`."""
        answer = await self._http.get("/control/payments")
        answer.raise_for_status()
        return {each["order_no"]: each for each in answer.json()}

    async def close(self) -> None:
        """End."""
        await self._http.aclose()


class Provider:
    """The process."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "provider.json"
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    async def start(self) -> None:
        """Start it on a free port. Errors: TimeoutError, RuntimeError."""
        busbar = Path(sys.executable).with_name("busbar")
        words = [str(busbar), "psp", "--port", "0", "--credentials", str(self._file)]
        self._process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        line = await asyncio.wait_for(self._process.stdout.readline(), START_LIMIT_S)
        self.url = line.decode().rpartition(" ")[2].strip()
        if not self.url.startswith("http://"):
            raise RuntimeError(f"the provider did not start: {line.decode()}")

    @property
    def credentials(self) -> dict[str, dict[str, str]]:
        """What a merchant enters to be paid by card: `settings` and `secrets`."""
        return json.loads(self._file.read_text(encoding="utf-8"))["stripe"]

    async def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
            await self._process.wait()
