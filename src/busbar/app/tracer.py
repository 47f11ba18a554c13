"""The tracer of a process, where traces are asked for."""

from busbar import __version__
from busbar.app.config import Settings
from busbar.kernel.clock import Clock
from busbar.kernel.errors import UnavailableError
from busbar.ports.tracing import NO_TRACER, Tracer

_EXPORT_TIMEOUT_S = 5


class TracingMissingError(UnavailableError):
    """Traces are asked for, and the packages for them are not installed."""

    code = "unavailable.tracing"


def open_tracer(settings: Settings, clock: Clock, *, role: str) -> Tracer:
    """Return the tracer that the settings ask for. Errors: `unavailable.tracing`."""
    if settings.traces_endpoint is None:
        return NO_TRACER
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra

        from busbar.adapters.otel.tracer import OtelTracer  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise TracingMissingError(f"traces need the packages of busbar[otel]: {error.name} is not installed") from None
    return OtelTracer(
        exporter=OTLPSpanExporter(endpoint=str(settings.traces_endpoint), timeout=_EXPORT_TIMEOUT_S),
        clock=clock,
        share_permille=settings.traces_sample_permille,
        resource={"service.name": "busbar", "service.version": __version__, "busbar.role": role},
    )
