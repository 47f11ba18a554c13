"""The watch over an installation in one process."""

from collections.abc import Iterator

from fastapi import FastAPI

from busbar.api.services import Services
from busbar.app.http import HttpDoor
from busbar.app.watch.parts import Parts
from busbar.app.watch.readings import (
    Reading,
    read_core,
    read_deliveries,
    read_gateway,
    read_http,
    read_lag,
    read_relay,
    read_wire_log,
)
from busbar.app.watch.storage import StorageLook, watch_storage
from busbar.app.watch.watcher import Watcher
from busbar.app.wiring import House


def watch_house(house: House, *, role: str) -> Watcher:
    """Return a watch over everything of a house."""
    storage = StorageLook(
        databases=house.databases,
        data_dir=house.settings.data_dir,
        wire_log_dir=house.wire_log.directory,
        clock=house.clock,
    )
    parts = Parts(
        core=house.core,
        databases=house.databases,
        wire_log=house.wire_log,
        gateway=house.gateway,
        storage=storage,
    )
    watcher = Watcher(role=role, clock=house.clock, process_id=house.ids.new())
    watcher.add_checks(
        parts.check_core, parts.check_database, parts.check_wire_log, parts.check_gateway, parts.check_disk
    )

    def read_house() -> Iterator[Reading]:
        core, deliveries = house.core, house.core.deliveries.tally
        yield from read_gateway(house.gateway.stats)
        yield from read_core(
            core.tally,
            waiting=core.waiting_messages,
            waiting_max=core.queue_max_messages,
            is_storing=core.is_storing,
        )
        yield from read_lag({0: core.lag_s})
        oldest_at = deliveries.oldest_at
        lag_s = 0.0 if oldest_at is None else max(0.0, (house.clock.now() - oldest_at).total_seconds())
        yield from read_deliveries(deliveries, lag_s=lag_s)
        yield from read_relay(house.relay)
        yield from read_wire_log(house.wire_log)

    watcher.add(read_house)
    watcher.add_calls(house.calls)
    watch_storage(watcher, storage)
    return watcher


def watch_http(watcher: Watcher, app: FastAPI, door: HttpDoor) -> None:
    """Watch the HTTP door as well."""
    services = app.state.services
    assert isinstance(services, Services)  # noqa: S101 - set by create_app
    watcher.add(lambda: read_http(services.tally, services.streams, door.lobby))
