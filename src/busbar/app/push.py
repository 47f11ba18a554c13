"""Jobs that tell drivers something on their phones."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec
from sqlalchemy import select

from busbar.adapters.webpush.sender import WebPush
from busbar.app.config import Settings
from busbar.canon.companion import Notice, NoticeTopic, RemovePushDevice
from busbar.db.engine import Databases
from busbar.domain.companion.model import decode_key
from busbar.domain.companion.sql import push_devices
from busbar.domain.companion.texts import MONEY, compose
from busbar.domain.stations.tables import stations
from busbar.kernel.calls import CallBook
from busbar.kernel.clock import Clock
from busbar.ports.dispatcher import Dispatcher
from busbar.ports.jobs import Job
from busbar.ports.push import PushGoneError, PushRefusedError, PushSender, PushTarget
from busbar.views.branding import find_logo_address

LIFE = timedelta(hours=1)
"""After that a notice is news no more."""
_LIVES: Mapping[NoticeTopic, timedelta] = {
    NoticeTopic.STATION_FREE: timedelta(minutes=10),
    NoticeTopic.COMPLAINT_ANSWERED: timedelta(days=3),
    NoticeTopic.ENDED: timedelta(hours=12),
    NoticeTopic.FAULT: timedelta(hours=12),
    **dict.fromkeys(MONEY - {NoticeTopic.FUNDS_EXHAUSTED}, timedelta(days=1)),
}


def open_push(settings: Settings, *, key: bytes, clock: Clock, calls: CallBook | None = None) -> WebPush:
    """Make the sender that the settings describe."""
    return WebPush(
        key,
        clock=clock,
        subject=settings.push_contact or settings.public_address,
        timeout_s=settings.push_timeout_s,
        is_private_allowed=settings.push_is_private_allowed,
        tally=None if calls is None else calls.open("push"),
    )


class Pushing:
    """Sends notices; see `busbar.domain.companion`."""

    def __init__(self, *, databases: Databases, dispatcher: Dispatcher, sender: PushSender, clock: Clock) -> None:
        self._databases = databases
        self._dispatcher = dispatcher
        self._sender = sender
        self._clock = clock

    async def send(self, job: Job) -> None:
        """Send one notice to one device; what is too old, and what a device can never read, is left out."""
        notice = msgspec.json.decode(job.payload_json, type=Notice)
        left = notice.at + _LIVES.get(notice.topic, LIFE) - self._clock.now()
        async with self._databases.read() as connection:
            wanted = select(push_devices).where(push_devices.c.device_id == notice.device_id)
            device = (await connection.execute(wanted)).first()
            named = select(stations.c.name).where(stations.c.station_id == notice.station_id)
            name = (await connection.execute(named)).scalar()
            icon = None if device is None else await find_logo_address(connection, device.operator_id)
        if device is None or left <= timedelta(0):
            return
        words = compose(notice, language=device.language, station=name or notice.station_id or "")
        told = {**msgspec.structs.asdict(words), "topic": notice.topic}
        content = msgspec.json.encode(told if icon is None else told | {"icon": icon})
        target = PushTarget(
            endpoint=device.endpoint, public_key=decode_key(device.public_key), auth=decode_key(device.auth)
        )
        money = f"{notice.topic}-{notice.currency}" if notice.topic in MONEY else None
        subject = money or notice.session_id or notice.station_id or "busbar"
        try:
            await self._sender.send(target, content, ttl_s=int(left.total_seconds()), topic=_name_topic(subject))
        except (PushGoneError, PushRefusedError):
            await self._dispatcher.dispatch(RemovePushDevice(endpoint=device.endpoint))


def _name_topic(subject: str) -> str:
    """Return the name under which a newer notice takes the place of an older one (RFC 8030: 32 of base64url)."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in subject)[-32:]
