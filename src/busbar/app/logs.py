"""Logging, set up once at start: structured events, for people or for log collectors."""

import logging
import sys

import structlog

from busbar.app.config import Settings


def configure_logs(settings: Settings, *, is_demo: bool = False) -> None:
    """Send every log line, ours and the libraries', to standard error in the format of the settings.

    A demo says less by default: its addresses and logins should stay in sight.
    """
    is_chosen = any(each.name == "log_level" and each.origin != "default" for each in settings.sources())
    name = "warning" if is_demo and not is_chosen else settings.log_level
    level = logging.getLevelNamesMapping()[name.upper()]
    shared: list[structlog.typing.Processor] = [
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
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("aiosqlite", "alembic", "asyncio", "picows", "sqlalchemy", "uvicorn", "websockets"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))
