"""What every process of a network needs to speak to the others."""

import asyncio
import os
import socket

from busbar.adapters.rabbitmq.deliveries import DeliveryCaller, FindHolding
from busbar.adapters.rabbitmq.link import BrokerLink
from busbar.adapters.rabbitmq.sender import ParcelSender
from busbar.adapters.redis.client import RedisClient
from busbar.adapters.system.clock import SharedClock, SystemClock, TimeOrderedIds
from busbar.app.config import Settings
from busbar.app.start import StartError
from busbar.app.terms import (
    choose_link_terms,
    choose_names,
    choose_redis_terms,
    choose_sender_limits,
    make_presence,
)
from busbar.app.tracer import open_tracer

PROCESS_DIGITS = 8


class Transport:
    """The links to broker and Redis of one process, and its name."""

    def __init__(self, settings: Settings, role: str) -> None:
        """Open nothing yet. Errors: `StartError` when a setting is missing; `unavailable.tracing`."""
        broker_url = _require(settings, "broker_url", role)
        redis_url = _require(settings, "redis_url", role)
        self.settings = settings
        self.clock, self.ids = SharedClock(SystemClock()), TimeOrderedIds()
        self.process_id = f"{role}-{socket.gethostname()[:32]}-{os.getpid()}-{self.ids.new()[-PROCESS_DIGITS:]}"
        self.names = choose_names(settings)
        self.link = BrokerLink(
            broker_url, names=self.names, process_name=self.process_id, terms=choose_link_terms(settings)
        )
        self.redis = RedisClient(redis_url, choose_redis_terms(settings))
        self.presence = make_presence(settings, self.redis, self.clock)
        self.tracer = open_tracer(settings, self.clock, role=role)

    def make_sender(self, *, is_for_commands: bool = False) -> ParcelSender:
        """Make the way to the cores. Commands that nobody waits for any more are not carried out."""
        limits = choose_sender_limits(self.settings)
        clock = self.clock if is_for_commands else None
        sender = ParcelSender(names=self.names, ids=self.ids, limits=limits, clock=clock, tracer=self.tracer)
        self.link.add(sender)
        return sender

    def make_caller(self, find_holding: FindHolding | None = None) -> DeliveryCaller:
        """Make the way to the gateways."""
        caller = DeliveryCaller(names=self.names, ids=self.ids, presence=self.presence, find_holding=find_holding)
        self.link.add(caller)
        return caller

    async def start(self) -> None:
        """Begin to connect; does not wait for it."""
        await self.link.start()

    async def stop(self) -> None:
        """Close what is open."""
        await self.link.stop()
        await self.redis.close()
        await asyncio.to_thread(self.tracer.close)

    def find_fault(self) -> str | None:
        """Say what is wrong, or None. Redis may be away: nothing of value lies there."""
        return None if self.link.is_up else f"the broker cannot be reached: {self.link.last_error or 'not connected'}"


def _require(settings: Settings, name: str, role: str) -> str:
    value = getattr(settings, name)
    if value is None:
        raise StartError(f"busbar {role} needs BUSBAR_{name.upper()}; see docs/howto/scale-out.md")
    return value.get_secret_value()
