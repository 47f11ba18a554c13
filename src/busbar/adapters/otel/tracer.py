"""Spans for OpenTelemetry, sent to a collector by OTLP over HTTP from a thread of its own."""

from collections.abc import Mapping
from threading import Lock

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from busbar.kernel.clock import Clock
from busbar.ports.tracing import Span

FOLLOWED_MAX = 1_000
"""Messages that are followed at once; of more, the oldest are followed no further."""
ALL_PERMILLE = 1000
_NS = 1_000_000_000
_PARENT = "traceparent"


def _read_parent(traceparent: str) -> trace.SpanContext:
    """Return the context that a traceparent names; an invalid one for what is none."""
    context = TraceContextTextMapPropagator().extract({_PARENT: traceparent})
    return trace.get_current_span(context).get_span_context()


class OtelSpan:
    """A span that goes on."""

    def __init__(self, span: trace.Span, clock: Clock) -> None:
        self._span = span
        self._clock = clock

    @property
    def context(self) -> str:
        """The W3C traceparent."""
        return _write_context(self._span)

    def end(self, error: str = "") -> None:
        """End it, as failed if there is an error."""
        if error:
            self._span.set_status(trace.StatusCode.ERROR, error)
        self._span.end(_now_ns(self._clock))


class OtelTracer:
    """Implements `busbar.ports.tracing.Tracer`. Every so many-th message is followed, as the share asks."""

    is_on = True

    def __init__(
        self, *, exporter: SpanExporter, clock: Clock, share_permille: int, resource: Mapping[str, str]
    ) -> None:
        """`share_permille`: of 1000 messages that nobody upstream decided about, so many are followed."""
        self._clock = clock
        self._share_permille = share_permille
        self._credit_permille = 0
        self._carried: dict[int, tuple[object, str]] = {}
        self._turn = Lock()
        self._provider = TracerProvider(resource=Resource.create({**resource}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("busbar")

    @property
    def is_following(self) -> bool:
        """Whether some message is followed."""
        return bool(self._carried)

    def begin(self, name: str, *, parent: str | None = None, **attributes: str | int) -> Span | None:
        """Begin a span, if its parent is followed, or if it is its turn."""
        upstream = None if parent is None else _read_parent(parent)
        if upstream is not None and upstream.is_valid:
            if not upstream.trace_flags.sampled:
                return None
            context = trace.set_span_in_context(trace.NonRecordingSpan(upstream))
        else:
            with self._turn:
                self._credit_permille += self._share_permille
                if self._credit_permille < ALL_PERMILLE:
                    return None
                self._credit_permille -= ALL_PERMILLE
            context = None
        span = self._tracer.start_span(name, context, attributes=attributes, start_time=_now_ns(self._clock))
        return OtelSpan(span, self._clock)

    def record(self, name: str, *, parent: str, took_s: float, **attributes: str | int) -> str:
        """Write down a span that ended now."""
        context = trace.set_span_in_context(trace.NonRecordingSpan(_read_parent(parent)))
        ended_ns = _now_ns(self._clock)
        begun_ns = ended_ns - int(took_s * _NS)
        span = self._tracer.start_span(name, context, attributes=attributes, start_time=begun_ns)
        span.end(ended_ns)
        return _write_context(span)

    def carry(self, thing: object, context: str) -> None:
        """Follow a message."""
        if len(self._carried) >= FOLLOWED_MAX:
            self._carried.pop(next(iter(self._carried)))
        self._carried[id(thing)] = (thing, context)

    def context_of(self, thing: object) -> str | None:
        """Return the context of a message that is followed."""
        carried = self._carried.get(id(thing))
        return None if carried is None else carried[1]

    def drop(self, thing: object) -> None:
        """Follow it no more."""
        self._carried.pop(id(thing), None)

    def close(self) -> None:
        """Send what waits, and end (any thread; it may take a while)."""
        self._provider.shutdown()


def _now_ns(clock: Clock) -> int:
    return int(clock.now().timestamp() * _NS)


def _write_context(span: trace.Span) -> str:
    found = span.get_span_context()
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{int(found.trace_flags):02x}"
