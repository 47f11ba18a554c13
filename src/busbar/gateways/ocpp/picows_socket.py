"""One connection of the fast engine: what RFC 6455 and RFC 7692 ask beyond framing."""

import asyncio
import sys
from collections.abc import Callable
from typing import cast

import structlog
from picows import WSFrame, WSListener, WSMsgType, WSTransport
from picows.picows import WSCloseHandshake

from busbar.gateways.ocpp.deflate import DEFLATE_BITS_MIN, InflateError, OversizeError, deflate, inflate
from busbar.gateways.ocpp.handshake import trim_reason
from busbar.gateways.ocpp.socket import CloseCode, SocketLimits, SocketListener

TEXT, BINARY, CONTINUATION = WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION
PING, PONG, CLOSE = WSMsgType.PING, WSMsgType.PONG, WSMsgType.CLOSE
log = structlog.get_logger("busbar.ocpp")

SENDABLE_CODES = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})
"""Close codes that may stand in a frame (RFC 6455, 7.4, and the IANA registry); 3000..4999 belong to applications."""
CODE_BYTES = 2
WRITE_BUFFER_CUT_BYTES = 8 * 1024 * 1024
"""Unread bytes from which on the connection is cut: the listener was told long before and could not slow down."""


class Ear:
    """Stands where picows wants a logger: it says there, and nowhere else, that it refuses what comes next.

    The gateway has its own words for connections and broken frames, so nothing else of it is kept.
    """

    __slots__ = ("_on_refusal",)

    def __init__(self, on_refusal: Callable[[], None]) -> None:
        self._on_refusal = on_refusal

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  named by Python's logging
        """Want no words about every frame."""
        del level
        return False

    def error(self, *words: object) -> None:
        """Learn that a frame breaks the protocol."""
        del words
        self._on_refusal()

    def exception(self, *words: object) -> None:
        """Learn that our own code, or picows', has a defect."""
        del words
        log.error("ocpp.socket_failed", exc_info=sys.exception())
        self._on_refusal()

    def info(self, *words: object) -> None:
        """Hear nothing."""

    log = debug = warning = info


class PicowsSocket(WSListener):
    """Turns frames into whole messages and keeps the closing handshake."""

    __slots__ = (
        "_closing",
        "_deflate_bits",
        "_end",
        "_forget",
        "_has_refused",
        "_heard_at_s",
        "_is_begun",
        "_is_closing",
        "_is_compressed",
        "_is_heard",
        "_is_held",
        "_is_inflating",
        "_is_paused",
        "_is_refusing",
        "_limits",
        "_listener",
        "_parts",
        "_parts_bytes",
        "_pinged_at_s",
        "_transport",
        "_wire",
        "ear",
    )

    def __init__(
        self,
        *,
        listener: SocketListener,
        limits: SocketLimits,
        transport: asyncio.Transport,
        is_inflating: bool,
        deflate_bits: int | None,
        forget: Callable[["PicowsSocket"], None],
    ) -> None:
        self._listener = listener
        self._limits = limits
        self._wire = transport
        self._is_inflating = is_inflating
        self._deflate_bits = deflate_bits if (deflate_bits or 0) >= DEFLATE_BITS_MIN else None
        self._forget = forget
        self._transport: WSTransport | None = None
        self._parts: list[bytes] | None = None
        self._parts_bytes = 0
        self._is_compressed = False
        self._is_closing = False
        self._is_begun = False
        self._is_paused = False
        self._is_held = False
        self._has_refused = False
        self._is_refusing = False
        self.ear = Ear(self._note_refusal)
        self._is_heard = True
        self._heard_at_s = 0.0
        self._pinged_at_s: float | None = None
        self._end: tuple[int, str] | None = None
        self._closing: asyncio.TimerHandle | None = None

    # ---- what picows calls -------------------------------------------------------------------------------------------

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Take the connection: the 101 answer is out."""
        self._transport = transport
        self._is_begun = True
        self._listener.begin(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take a frame; its buffer is only lent."""
        self._is_heard = True
        kind = frame.msg_type
        if transport.is_close_frame_sent and kind != CLOSE and not self._is_refusing:
            return
        if frame.rsv2 or frame.rsv3:
            self._fail(CloseCode.PROTOCOL_ERROR, "a reserved bit is set")
        elif kind == TEXT and frame.fin and not frame.rsv1 and self._parts is None:
            if not self._is_closing:
                self._deliver(frame)
        elif kind in (TEXT, BINARY, CONTINUATION):
            self._take_part(frame)
        elif frame.rsv1:
            self._fail(CloseCode.PROTOCOL_ERROR, "a control frame is marked as compressed")
        elif kind == PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif kind == CLOSE:
            self._take_close(transport, frame)

    def _note_refusal(self) -> None:
        """Learn that picows has refused a frame. It looks one frame ahead: the good one before it is yet to be told.

        That one comes within the same read, so nothing more is read before it is over; all that comes later is dropped.
        """
        if not self._has_refused:
            self._has_refused = self._is_refusing = True
            self._wire.pause_reading()
            asyncio.get_running_loop().call_soon(self._drop_what_follows)

    def _drop_what_follows(self) -> None:
        """Read on, so that the peer gets to see our close frame and not a reset."""
        self._is_refusing = False
        self.start_reading()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Learn that the connection is gone."""
        self._forget(self)
        if self._closing is not None:
            self._closing.cancel()
        code, reason = self._end or (CloseCode.ABNORMAL, "")
        handshake = cast("WSCloseHandshake | None", transport.close_handshake)
        if self._end is None and handshake is not None and handshake.sent is not None:
            # picows itself found a frame that breaks the protocol.
            code, reason = handshake.sent.code.value, handshake.sent.reason or ""
        self._is_closing = True
        if self._is_begun:
            self._is_begun = False
            self._listener.end(code, reason)

    def pause_writing(self) -> None:
        """Pass on that the peer does not read."""
        self._is_held = True
        self._listener.hold_writing()

    def resume_writing(self) -> None:
        """Pass on that the peer has read."""
        self._is_held = False
        self._listener.release_writing()

    # ---- messages in -------------------------------------------------------------------------------------------------

    def _deliver(self, frame: WSFrame) -> None:
        try:
            text = frame.get_payload_as_utf8_text()
        except UnicodeDecodeError:
            self._fail(CloseCode.INVALID_DATA, "not UTF-8")
            return
        self._listener.receive(text)

    def _take_part(self, frame: WSFrame) -> None:
        if self._is_closing:
            return
        kind = frame.msg_type
        if kind == TEXT and frame.fin and self._parts is None and self._is_inflating:
            self._finish_message(frame.get_payload_as_bytes(), is_compressed=True)
            return
        if kind == BINARY:
            self._fail(CloseCode.UNSUPPORTED_DATA, "binary frames are not OCPP-J")
            return
        if kind == TEXT:
            if self._parts is not None:
                self._fail(CloseCode.PROTOCOL_ERROR, "a message begins within another")
                return
            if frame.rsv1 and not self._is_inflating:
                self._fail(CloseCode.PROTOCOL_ERROR, "compression was not agreed")
                return
            self._parts, self._parts_bytes, self._is_compressed = [], 0, bool(frame.rsv1)
        elif self._parts is None or frame.rsv1:
            self._fail(CloseCode.PROTOCOL_ERROR, "a continuation of nothing, or one marked as compressed")
            return
        self._parts.append(frame.get_payload_as_bytes())
        self._parts_bytes += frame.payload_size
        if self._parts_bytes > self._limits.frame_max_bytes:
            self._fail(CloseCode.MESSAGE_TOO_BIG, f"longer than {self._limits.frame_max_bytes} bytes")
        elif frame.fin:
            data, self._parts = b"".join(self._parts), None
            self._finish_message(data, is_compressed=self._is_compressed)

    def _finish_message(self, data: bytes, *, is_compressed: bool) -> None:
        try:
            if is_compressed:
                data = inflate(data, max_bytes=self._limits.frame_max_bytes)
            text = data.decode()
        except OversizeError:
            self._fail(CloseCode.MESSAGE_TOO_BIG, f"longer than {self._limits.frame_max_bytes} bytes")
        except InflateError:
            self._fail(CloseCode.PROTOCOL_ERROR, "the compressed data is broken")
        except UnicodeDecodeError:
            self._fail(CloseCode.INVALID_DATA, "not UTF-8")
        else:
            self._listener.receive(text)

    # ---- the end -----------------------------------------------------------------------------------------------------

    def _take_close(self, transport: WSTransport, frame: WSFrame) -> None:
        payload = frame.get_payload_as_bytes()
        code = int.from_bytes(payload[:CODE_BYTES], "big") if payload else int(CloseCode.NO_STATUS)
        if payload and code not in SENDABLE_CODES and not 3000 <= code <= 4999:  # noqa: PLR2004  the registry's ranges
            self._fail(CloseCode.PROTOCOL_ERROR, "the close code may not be sent")
            return
        if self._end is None:
            self._end = (code, payload[CODE_BYTES:].decode(errors="replace"))
        if not self._is_closing:
            self._is_closing = True
            # The peer began: its own code is the answer (5.5.1).
            echo = CloseCode.NORMAL if code == CloseCode.NO_STATUS else code
            transport.send_close(echo)  # pyright: ignore[reportArgumentType]  any 16-bit code is taken
        self._finish_closing(transport)

    def _finish_closing(self, transport: WSTransport) -> None:
        transport.disconnect(graceful=True)
        self._limit_closing()

    def _limit_closing(self) -> None:
        if self._closing is None:
            loop = asyncio.get_running_loop()
            self._closing = loop.call_later(self._limits.close_timeout_s, self.abort)

    def _fail(self, code: CloseCode, reason: str) -> None:
        """Say what is wrong and hang up, as RFC 6455 (7.1.7) asks."""
        transport = self._transport
        if transport is None or self._is_closing:
            return
        self._is_closing = True
        self._parts = None
        self._end = (code, reason)
        transport.send_close(code, trim_reason(reason))  # pyright: ignore[reportArgumentType]  see _take_close
        self._finish_closing(transport)

    # ---- what the listener calls -------------------------------------------------------------------------------------

    def send(self, message: bytes) -> None:
        """Send a text message; a long one is compressed when that was agreed."""
        transport = self._transport
        if transport is None or self._is_closing:
            return
        if self._deflate_bits is not None and len(message) >= self._limits.deflate_min_bytes:
            transport.send(TEXT, deflate(message, bits=self._deflate_bits), rsv1=True)
        else:
            transport.send(TEXT, message)
        if self._is_held and self._wire.get_write_buffer_size() > WRITE_BUFFER_CUT_BYTES:
            self.abort()

    def close(self, code: CloseCode, reason: str) -> None:
        """Begin the closing handshake."""
        transport = self._transport
        if transport is None or self._is_closing:
            return
        self._is_closing = True
        self._end = (code, reason)
        transport.send_close(code, trim_reason(reason))  # pyright: ignore[reportArgumentType]  see _take_close
        self.resume_reading()
        self._limit_closing()

    def abort(self) -> None:
        """Cut the connection."""
        self._is_closing = True
        self._wire.abort()

    def pause_reading(self) -> None:
        """Stop reading from the network."""
        if not self._is_paused:
            self._is_paused = True
            if not self._wire.is_closing():
                self._wire.pause_reading()

    def resume_reading(self) -> None:
        """Go on reading."""
        if self._is_paused and not self._is_refusing:
            self._is_paused = False
            if not self._wire.is_closing():
                self._wire.resume_reading()

    # ---- what the engine calls ---------------------------------------------------------------------------------------

    def start_reading(self) -> None:
        """Let the network in, after the bytes that were read before; unless the listener has paused already."""
        if not self._is_paused and not self._wire.is_closing():
            self._wire.resume_reading()

    def look_after(self, now_s: float) -> None:
        """Ping a silent peer; cut one that did not answer."""
        transport = self._transport
        if transport is None or self._is_closing:
            return
        if self._is_heard or self._heard_at_s == 0.0:
            self._is_heard, self._heard_at_s, self._pinged_at_s = False, now_s, None
        elif self._pinged_at_s is not None:
            if now_s - self._pinged_at_s >= self._limits.pong_timeout_s:
                self._end = (CloseCode.ABNORMAL, "no pong in time")
                self.abort()
        elif now_s - self._heard_at_s >= self._limits.ping_interval_s:
            self._pinged_at_s = now_s
            transport.send_ping(b"")
