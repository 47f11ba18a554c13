"""Logging, set up once at start: structured events, for people or for log collectors."""

import logging
import sys

import structlog

from busbar.app.config import Settings
from busbar.kernel.masking import mask_fields, mask_text


def configure_logs(settings: Settings, *, is_demo: bool = False) -> None:
    """Send every log line, ours and the libraries', to standard error in the format of the settings.

    A demo says less by default: its addresses and logins should stay in sight.
    """
    is_chosen = any(each.name == "log_level" and each.origin != "default" for each in settings.sources())
    name = "warning" if is_demo and not is_chosen else settings.log_level
    level = logging.getLevelNamesMapping()[name.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _mask_fields,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    renderer: structlog.typing.Processor
    if settings.log_format == "json":
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer()
    else:
        # plain: a trace that shows local variables would show secrets
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer, _mask_line],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("aiosqlite", "alembic", "asyncio", "picows", "sqlalchemy", "uvicorn", "websockets"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
    for told in ("aiormq", "aio_pika"):  # a broker that goes away is told of by the link to it, in one line
        logging.getLogger(told).setLevel(logging.CRITICAL)


def _mask_fields(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Mask what the names of fields say is secret."""
    kept = {name: event.pop(name) for name in ("exc_info", "_record", "_from_structlog") if name in event}
    return {**mask_fields(event), **kept}


def _mask_line(_logger: object, _method: str, line: object) -> str:
    """Mask what looks like a secret in the whole line, traces included: nothing is told past this point."""
    return mask_text(str(line))
