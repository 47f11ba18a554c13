"""Server-sent events: one bounded stream per client, kept alive by comments, ended when the house shuts down."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from starlette.responses import StreamingResponse

from busbar.api.services import Services

T = TypeVar("T")

RETRY_MS = 2000
"""How long a client shall wait before it comes back."""
KEEPALIVE = b": still here\n\n"
EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


def write_event(name: str, data: str, *, event_id: str | None) -> bytes:
    """Write one event; `data` is JSON on one line."""
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {name}\ndata: {data}\n\n".encode()


def open_stream(
    services: Services, source: AsyncIterator[T], *, write: Callable[[T], bytes | None]
) -> StreamingResponse:
    """Answer with a stream of what `source` yields; `write` gives the bytes of an item, or None to leave it out."""
    services.streams.check()
    return StreamingResponse(
        _follow(services, source, write),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _follow(
    services: Services, source: AsyncIterator[T], write: Callable[[T], bytes | None]
) -> AsyncIterator[bytes]:
    """Yield the events; a comment when nothing was sent for a while; end when the source or the house does."""
    services.streams.enter()
    closing = asyncio.ensure_future(services.streams.closing.wait())
    following: asyncio.Future[T] | None = None
    try:
        yield f"retry: {RETRY_MS}\n\n".encode()
        while not services.streams.closing.is_set():
            following = following or asyncio.ensure_future(anext(source))
            await asyncio.wait(
                {following, closing},
                timeout=services.settings.stream_keepalive_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not following.done():
                if not closing.done():
                    yield KEEPALIVE
                continue
            try:
                item = following.result()
            except StopAsyncIteration:
                return
            finally:
                following = None
            data = write(item)
            if data is not None:
                yield data
    finally:
        closing.cancel()
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
        aclose = getattr(source, "aclose", None)
        if aclose is not None:
            await aclose()
        services.streams.leave()
