"""Compiled statements for all engines of a process together.

SQLAlchemy compiles a statement once for each engine, as a program with one engine wants it. Tests make an engine or
three each, and would compile the same few hundred statements thousands of times.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache

STATEMENTS_MAX = 4000


class CommonStatements(LRUCache[Any, Any]):
    """What was compiled, by the kind of dialect instead of an engine's own: all of one kind compile alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what was compiled."""
        return super().get(make_common(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        """Keep what was compiled."""
        super().__setitem__(make_common(key), compiled)


def make_common(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give the key under which every engine finds a statement: SQLAlchemy's names the engine's dialect first."""
    dialect = key[0]
    return (type(dialect), dialect.paramstyle, *key[1:]) if isinstance(dialect, Dialect) else key


def share_statements() -> None:
    """Let every engine look there, whatever it would keep its own statements in."""
    common = CommonStatements(STATEMENTS_MAX)
    Engine._compiled_cache = property(lambda _engine: common, lambda _engine, _own: None)
