"""`busbar gateway`: holds the sockets of stations, and nothing else that would be missed."""

import ssl

from busbar.adapters.rabbitmq.bus import RabbitBus
from busbar.adapters.rabbitmq.deliveries import DeliveryDoor
from busbar.adapters.rabbitmq.refusals import open_refusal_door
from busbar.adapters.rabbitmq.wirelog import open_wire_log_door
from busbar.app.cluster.health import HealthDoor
from busbar.app.cluster.present_bus import PresentBus
from busbar.app.cluster.transport import Transport
from busbar.app.cluster.watch import watch_gateway
from busbar.app.config import Settings
from busbar.app.data_dir import claim_or_refuse
from busbar.app.frames import open_wire_log
from busbar.app.gateway_settings import choose_gateway_settings
from busbar.app.secret_key import find_key
from busbar.app.start import StartError
from busbar.app.wire_log_keeper import WireLogKeeper
from busbar.gateways.ocpp.gateway import OcppGateway

ROLE = "gateway"


class GatewayProcess:
    """A gateway of a network."""

    def __init__(self, settings: Settings) -> None:
        """Put it together; open only the data directory and the ports. Errors: `StartError`."""
        self._settings = settings
        self._claim = claim_or_refuse(settings.data_dir)
        self.transport = transport = Transport(settings, ROLE)
        sender = transport.make_sender()
        door = DeliveryDoor(names=transport.names, gateway_id=transport.process_id)
        transport.link.add(door)
        self.bus = PresentBus(
            RabbitBus(sender, partition_count=settings.partition_count, door=door),
            presence=transport.presence,
            caller=transport.make_caller(),
            gateway_id=transport.process_id,
            clock=transport.clock,
            ids=transport.ids,
            lease_s=settings.presence_lease_s,
        )
        self._sender = sender
        self.wire_log = open_wire_log(settings)
        transport.link.add(
            open_wire_log_door(names=transport.names, gateway_id=transport.process_id, wire_log=self.wire_log)
        )
        self.gateway = OcppGateway(
            bus=self.bus,
            wire_log=self.wire_log,
            clock=transport.clock,
            ids=transport.ids,
            settings=choose_gateway_settings(settings, find_key(settings)),
        )
        self.gateway.follow(transport.tracer)
        transport.link.add(
            open_refusal_door(names=transport.names, gateway_id=transport.process_id, book=self.gateway.refusals)
        )
        self._keeper = WireLogKeeper(
            self.wire_log, clock=transport.clock, retention_days=settings.wire_log_retention_days
        )
        self.watcher = watch_gateway(transport, ROLE, gateway=self.gateway, wire_log=self.wire_log)
        self.health = HealthDoor(settings, self.watcher)

    async def start(self) -> None:
        """Open everything; stations are let in as soon as the broker is there."""
        self.wire_log.open()
        self.watcher.start()
        await self.health.start()
        await self.transport.start()
        self.bus.start()
        settings = self._settings
        try:
            await self.gateway.start()
        except ssl.SSLError as error:
            raise StartError(f"cannot use the certificate {settings.ocpp_tls_certificate_file}: {error}") from None
        except OSError as error:
            raise StartError(
                f"cannot listen for stations on {settings.bind} port {settings.ocpp_port}: {error.strerror or error}"
            ) from None
        self._keeper.start()

    async def stop(self) -> None:
        """Let nobody in, finish what is in hand, close connections spread over the time, then end."""
        timeout_s = self._settings.shutdown_timeout_s
        await self.gateway.stop(drain_s=timeout_s)
        await self._sender.drain(timeout_s=timeout_s)
        await self.bus.stop()
        await self.watcher.stop()
        await self.transport.stop()
        await self._keeper.stop()
        await self.wire_log.close()
        await self.health.stop()
        self._claim.close()

    def describe(self) -> str:
        """Say where it listens."""
        return f"stations on port {self.gateway.port}, health on port {self.health.port}"
