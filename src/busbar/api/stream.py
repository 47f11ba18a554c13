"""Server-sent events: one bounded stream per client, kept alive by comments, ended when the house shuts down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from starlette.responses import StreamingResponse

from busbar.api.services import Services

T = TypeVar("T")

RETRY_MS = 2000
"""How long a client shall wait before it comes back."""
WELCOME_INTERVAL_S = 1
KEEPALIVE = b": still here\n\n"
EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


def write_event(name: str, data: str, *, event_id: str | None) -> bytes:
    """Write one event; `data` is JSON on one line."""
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {name}\ndata: {data}\n\n".encode()


async def welcome_always() -> bool:
    """Let a stream go on: for those that need no sign-in."""
    return True


def open_stream(
    services: Services,
    source: AsyncIterator[T],
    *,
    write: Callable[[T], bytes | None],
    is_welcome: Callable[[], Awaitable[bool]] = welcome_always,
    is_stranger: bool = False,
) -> StreamingResponse:
    """Answer with a stream of what `source` yields; `write` gives the bytes of an item, or None to leave it out.

    `is_welcome` is asked now and then: a stream ends soon after its reader was signed out or given other rights.
    """
    services.streams.check(is_stranger=is_stranger)
    return StreamingResponse(
        _follow(services, source, write, is_welcome, is_stranger=is_stranger),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _write_traced(services: Services, write: Callable[[T], bytes | None], item: T) -> bytes | None:
    """Write an item, and say so to the tracer if it is followed."""
    data = write(item)
    context = services.tracer.context_of(item) if data is not None else None
    if context is not None:
        services.tracer.record("stream", parent=context, took_s=0.0)
    return data


async def _follow(
    services: Services,
    source: AsyncIterator[T],
    write: Callable[[T], bytes | None],
    is_welcome: Callable[[], Awaitable[bool]],
    *,
    is_stranger: bool,
) -> AsyncIterator[bytes]:
    """Yield the events; a comment when nothing was sent for a while; end when the source or the house does."""
    services.streams.enter(is_stranger=is_stranger)
    closing = asyncio.ensure_future(services.streams.closing.wait())
    following = asyncio.ensure_future(anext(source))
    asked_at_s = services.clock.monotonic_s()
    try:
        await asyncio.sleep(0)  # the source listens before the client knows that the stream is open
        yield f"retry: {RETRY_MS}\n\n".encode()
        while not services.streams.closing.is_set():
            await asyncio.wait(
                {following, closing},
                timeout=services.settings.stream_keepalive_s,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if services.clock.monotonic_s() - asked_at_s >= WELCOME_INTERVAL_S:
                if not await is_welcome():
                    return
                asked_at_s = services.clock.monotonic_s()
            if not following.done():
                if not closing.done():
                    yield KEEPALIVE
                continue
            try:
                data = _write_traced(services, write, following.result())
            except StopAsyncIteration:
                return
            following = asyncio.ensure_future(anext(source))
            if data is not None:
                yield data
    finally:
        for waiting in (closing, following):
            waiting.cancel()
        await asyncio.gather(closing, following, return_exceptions=True)
        aclose = getattr(source, "aclose", None)
        if aclose is not None:
            await aclose()
        services.streams.leave(is_stranger=is_stranger)
