"""The demo's payment provider: it runs inside, on this machine alone, and moves no money."""

from ipaddress import ip_address

import structlog

from busbar.app.http import HttpDoor, bind
from busbar.app.wiring import House
from busbar.canon.payments import ListPaymentAccounts, Provider, SavePaymentAccount
from busbar.canon.secret import Secret
from busbar.kernel.ids import OperatorId
from busbar.simulator.psp.server import Psp

log = structlog.get_logger(__name__)

ACTOR = "system:demo"
LOOPBACK = "127.0.0.1"
SHUTDOWN_S = 2


class DemoPsp:
    """A provider on a port of its own, and the operator's accounts with it."""

    def __init__(self, house: House, *, operator_id: OperatorId) -> None:
        self._house = house
        self._operator_id = operator_id
        self._door: HttpDoor | None = None

    async def start(self) -> None:
        """Open the provider and enter its keys, unless the operator has accounts elsewhere."""
        listener = bind(ip_address(LOOPBACK), 0, setting="the demo's payment provider")
        psp = Psp(clock=self._house.clock, address=f"http://{LOOPBACK}:{listener.getsockname()[1]}")
        self._door = HttpDoor(psp.make_app(), listener, shutdown_timeout_s=SHUTDOWN_S)
        await self._door.start()
        elsewhere = await self._list_elsewhere()
        for provider in Provider:
            if provider in elsewhere:
                continue
            given = psp.credentials()[provider]
            account = await self._house.desk.dispatch(
                SavePaymentAccount(
                    operator_id=self._operator_id,
                    actor=ACTOR,
                    provider=provider,
                    settings=given["settings"],
                    secrets={name: Secret(text=text) for name, text in given["secrets"].items()},
                )
            )
            if provider is Provider.STRIPE:
                address = self._house.settings.public_address
                psp.stripe.webhook_url = f"{address}/api/v1/payments/notices/stripe/{account.account_id}"
        log.info("demo.payment_provider", address=psp.address)

    async def _list_elsewhere(self) -> set[Provider]:
        """Return the providers with which somebody has entered an account of their own."""
        accounts = await self._house.desk.dispatch(ListPaymentAccounts(operator_id=self._operator_id))
        return {
            account.provider
            for account in accounts
            if not any(value.startswith(f"http://{LOOPBACK}:") for value in account.settings.values())
        }

    async def stop(self) -> None:
        """Close the provider."""
        if self._door is not None:
            await self._door.stop()
