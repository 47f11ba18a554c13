"""Setting a password by a link, and asking for one: the slow part, and what must not tell who exists."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from busbar.canon.entry import AskStaffPassword, SetStaffPassword
from busbar.canon.mail import RequireMail
from busbar.canon.message import Command
from busbar.domain.tenants.steps import CheckStaffLink, QueueStaffLetter, StoreLinkedPassword
from busbar.kernel.clock import Clock
from busbar.kernel.errors import BusbarError
from busbar.kernel.person import fold_email, read_new_password, recall_email
from busbar.kernel.throttle import AttemptThrottle, Share
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.passwords import Passwords

Errand = Callable[[Any], Awaitable[Any]]
log = structlog.get_logger(__name__)

ASKING_MAX = 200
"""Questions in hand; more are dropped: whoever asked asks again."""


class StaffEntryErrands:
    """What staff do who are not signed in."""

    def __init__(
        self,
        *,
        core: Dispatcher,
        passwords: Passwords,
        clock: Clock,
        attempts_max_per_min: int,
        share: Share | None = None,
    ) -> None:
        self._core = core
        self._passwords = passwords
        self._clock = clock
        self._throttle = AttemptThrottle(attempts_max_per_min=attempts_max_per_min, name="staff_links", share=share)
        self._asking: set[asyncio.Task[None]] = set()

    def errands(self) -> Mapping[type[Command[Any]], Errand]:
        """Return the commands that come here instead of to the core."""
        return {AskStaffPassword: self.ask, SetStaffPassword: self.set_password}

    async def ask(self, message: AskStaffPassword) -> None:
        """Have a link mailed to whoever has this address.

        What follows from the address goes on after the answer, so that its time tells nothing either.
        """
        email = recall_email(message.email)
        account = fold_email(email)
        self._throttle.take(account=account, address=message.address, now_s=self._clock.monotonic_s())
        await self._core.dispatch(RequireMail())
        if len(self._asking) < ASKING_MAX:
            task = asyncio.create_task(self._queue(email), name="staff-link")
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)

    async def _queue(self, email: str) -> None:
        try:
            await self._core.dispatch(QueueStaffLetter(email=email))
        except BusbarError as error:
            log.warning("staff.link_not_mailed", code=error.code)

    async def set_password(self, message: SetStaffPassword) -> None:
        """Look at the link, hash the password, then store it."""
        self._throttle.take(account=message.address, address=message.address, now_s=self._clock.monotonic_s())
        email = await self._core.dispatch(CheckStaffLink(secret=message.secret))
        hashed = await self._passwords.hash(read_new_password(message.password.text, email=email))
        await self._core.dispatch(StoreLinkedPassword(secret=message.secret, password_hash=hashed))
        self._throttle.give_back(account=message.address, address=message.address)
