"""What a database's errors mean: a message is to blame, or the database takes nothing at the moment."""

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionError

TRIES_AGAIN_MAX = 3
"""How often one batch is tried again for errors that pass."""
GIVE_WAY_S = 0.05
"""Rest before that: who lost a deadlock would else hold the row again before the winner has woken up, and meet it once
more.
"""
UNSTORABLE = (SQLAlchemyError, OverflowError, UnicodeError)
"""What a database says to rows it cannot take. Drivers raise the last two bare: a number beyond 64 bits, half a
surrogate pair.
"""

_OUTAGE = (OperationalError, NoConnectionError, OSError)
"""Locked, full, gone (SQLite); no connection free; nobody listens, or says nothing any more (PostgreSQL)."""
_OUTAGE_CLASSES = ("08", "28", "3D", "40", "53", "57", "58")
"""SQLSTATE classes (PostgreSQL, "Error Codes"): connection, sign-in, no such database, deadlock, out of resources,
operator intervention (a restart, a statement past its time), system error.
"""
_OUTAGE_STATES = ("25006", "55P03", "55006")
"""Read-only (the standby of a failover), a lock not available in time, an object in use."""


def is_database_away(error: BaseException) -> bool:
    """Tell whether the database takes nothing at the moment: no message is to blame, and each may be stored later."""
    if isinstance(error, _OUTAGE):
        return True
    if not isinstance(error, DBAPIError):
        return isinstance(error, StatementError) and error.orig is not None and is_database_away(error.orig)
    state = find_sqlstate(error)
    return error.connection_invalidated or state.startswith(_OUTAGE_CLASSES) or state in _OUTAGE_STATES


def is_passing(error: BaseException) -> bool:
    """Tell whether the same transaction may well succeed when it is tried again at once.

    Its connection broke under it (the next one has a new connection), or two transactions waited for each other's locks
    and this one had to give way to the other.
    """
    return isinstance(error, DBAPIError) and (error.connection_invalidated or find_sqlstate(error).startswith("40"))


def find_sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's code for an error; empty when it has none."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
