"""What the database itself refuses, whoever writes and however many at once.

A leg gives to one account what it takes from another, so an unbalanced posting cannot be written down. Beyond that the
triggers and constraints refuse: accounts of two operators or currencies in one transfer, a wallet or held funds below
zero, more settled than is owed, a second outcome of a pending transfer or one that leaves something held, a leg more
than a transfer has, movements in closed accounts and closed days, a balance that no leg moved, and every change and
removal of what is written.
"""

# ruff: noqa: S608 - statements are put together of this module's own words; nothing from outside is in them

from collections.abc import Sequence

from sqlalchemy import DDL, Table, event

PREFIX = "ledger:"
"""What the text of every refusal begins with."""

_IDENTITY = {
    "transfers": (
        "operator_id", "transfer_id", "currency", "kind", "amount", "leg_count", "fingerprint", "at", "actor",
        "reason", "session_id", "driver_id", "payment_id", "reverses", "expires_at",
    ),
    "accounts": ("account_id", "operator_id", "currency", "kind", "owner", "opened_at"),
}  # fmt: skip
"""What of a row never changes."""

_TRANSFER = "FROM transfers t WHERE t.operator_id = NEW.operator_id AND t.transfer_id = NEW.transfer_id"
_OF_OLD = "l.operator_id = OLD.operator_id AND l.transfer_id = OLD.transfer_id"

LEG_RULES = (
    (
        "the transfer has no such leg",
        f"NEW.phase = 1 AND NOT EXISTS (SELECT 1 {_TRANSFER} AND NEW.line >= 0 AND NEW.line < t.leg_count)",
    ),
    (
        "the transfer is not pending",
        f"NEW.phase = 2 AND NOT EXISTS (SELECT 1 {_TRANSFER} AND t.state = 'pending')",
    ),
    (
        "only what the transfer holds has an outcome",
        (
            "NEW.phase = 2 AND NOT EXISTS (SELECT 1 FROM legs l WHERE l.operator_id = NEW.operator_id"
            " AND l.transfer_id = NEW.transfer_id AND l.phase = 1 AND l.credit_id = NEW.debit_id)"
        ),
    ),
    (
        "the accounts do not fit the transfer, or are closed",
        (
            "2 <> (SELECT count(*) FROM accounts a WHERE a.account_id IN (NEW.debit_id, NEW.credit_id)"
            " AND a.operator_id = NEW.operator_id AND a.status <> 'closed'"
            f" AND a.currency = (SELECT t.currency {_TRANSFER}))"
        ),
    ),
    (
        "the day is closed",
        "EXISTS (SELECT 1 FROM ledger_days d WHERE d.operator_id = NEW.operator_id AND d.closed_until > NEW.at)",
    ),
)
OUTCOME_RULES = (
    ("a transfer ends once", "OLD.state <> 'pending' OR NEW.state = 'pending' OR NEW.ended_at IS NULL"),
    (
        "something would stay held",
        f"OLD.amount <> (SELECT coalesce(sum(l.amount), 0) FROM legs l WHERE {_OF_OLD} AND l.phase = 2)",
    ),
)
CLOSING_RULE = ("the account is not empty", "NEW.status = 'closed' AND coalesce(OLD.balance, 0) <> 0")
STANDING_RULE = (
    "the account is closed",
    "OLD.status = 'closed' AND (NEW.status <> 'closed' OR coalesce(NEW.balance, 0) <> coalesce(OLD.balance, 0))",
)
OPENING_RULE = ("an account opens empty", "coalesce(NEW.balance, 0) <> 0")


def _differ(table: str, operator: str) -> str:
    return " OR ".join(f"NEW.{column} {operator} OLD.{column}" for column in _IDENTITY[table])


# ---- SQLite ----------------------------------------------------------------------------------------------------------


def _sqlite(name: str, when: str, *steps: str) -> str:
    return f"CREATE TRIGGER ledger_{name} {when} BEGIN {' '.join(steps)} END"


def _refuse(rule: tuple[str, str]) -> str:
    text, condition = rule
    return f"SELECT RAISE(ABORT, '{PREFIX} {text}') WHERE {condition};"


def _is_there(table: str, *keys: str) -> tuple[str, str]:
    """`INSERT OR REPLACE` removes a row without asking the triggers that forbid it."""
    same = " AND ".join(f"x.{key} = NEW.{key}" for key in keys)
    return "the row is there already", f"EXISTS (SELECT 1 FROM {table} x WHERE {same})"


_MOVED = (
    "a balance is moved by a leg",
    (
        "NEW.balance IS NOT OLD.balance AND (NEW.moved_by <= coalesce(OLD.moved_by, -1)"
        " OR NOT EXISTS (SELECT 1 FROM legs l WHERE l.rowid = NEW.moved_by"
        " AND ((l.debit_id = OLD.account_id AND NEW.balance = OLD.balance - l.amount)"
        " OR (l.credit_id = OLD.account_id AND NEW.balance = OLD.balance + l.amount))))"
    ),
)
"""A leg moves each of its accounts once: legs are never removed, so their rowids only grow."""


def _move(column: str, sign: str) -> str:
    return (
        f"UPDATE accounts SET balance = balance {sign} NEW.amount, moved_by = NEW.rowid"
        f" WHERE account_id = NEW.{column} AND balance IS NOT NULL;"
    )


_NEVER = ("what is written stays", "1")

SQLITE = (
    _sqlite(
        "leg_fits",
        "BEFORE INSERT ON legs",
        *[_refuse(rule) for rule in (_is_there("legs", "operator_id", "transfer_id", "phase", "line"), *LEG_RULES)],
    ),
    _sqlite("leg_moves", "AFTER INSERT ON legs", _move("debit_id", "-"), _move("credit_id", "+")),
    _sqlite("leg_stays", "BEFORE UPDATE ON legs", _refuse(_NEVER)),
    _sqlite("leg_is_kept", "BEFORE DELETE ON legs", _refuse(_NEVER)),
    _sqlite(
        "transfer_is_new", "BEFORE INSERT ON transfers", _refuse(_is_there("transfers", "operator_id", "transfer_id"))
    ),
    _sqlite(
        "transfer_ends",
        "BEFORE UPDATE ON transfers",
        _refuse(("what is written stays", _differ("transfers", "IS NOT"))),
        *[_refuse(rule) for rule in OUTCOME_RULES],
    ),
    _sqlite("transfer_is_kept", "BEFORE DELETE ON transfers", _refuse(_NEVER)),
    _sqlite(
        "account_opens",
        "BEFORE INSERT ON accounts",
        _refuse(_is_there("accounts", "account_id")),
        _refuse(_is_there("accounts", "operator_id", "currency", "kind", "owner")),
        _refuse(OPENING_RULE),
    ),
    _sqlite(
        "account_changes",
        "BEFORE UPDATE ON accounts",
        _refuse(("what is written stays", _differ("accounts", "IS NOT"))),
        _refuse(CLOSING_RULE),
        _refuse(STANDING_RULE),
        _refuse(_MOVED),
    ),
    _sqlite("account_is_kept", "BEFORE DELETE ON accounts", _refuse(_NEVER)),
    _sqlite("day_stays", "BEFORE UPDATE ON ledger_days", _refuse(_NEVER)),
    _sqlite("day_is_kept", "BEFORE DELETE ON ledger_days", _refuse(_NEVER)),
)


# ---- PostgreSQL ------------------------------------------------------------------------------------------------------


def _function(name: str, *steps: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION busbar_ledger_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" {' '.join(steps)} RETURN NEW; END $$"
    )


def _raise(rule: tuple[str, str]) -> str:
    text, condition = rule
    return f"IF {condition} THEN RAISE EXCEPTION '{PREFIX} {text}' USING ERRCODE = 'check_violation'; END IF;"


def _postgresql(name: str, when: str, function: str, each: str = "ROW") -> str:
    return f"CREATE TRIGGER ledger_{name} {when} FOR EACH {each} EXECUTE FUNCTION busbar_ledger_{function}()"


_MOVE = (
    "UPDATE accounts SET balance = balance - NEW.amount WHERE account_id = NEW.debit_id AND balance IS NOT NULL;"
    " UPDATE accounts SET balance = balance + NEW.amount WHERE account_id = NEW.credit_id AND balance IS NOT NULL;"
)
_LOCK = f"IF NEW.phase = 2 THEN PERFORM 1 {_TRANSFER} FOR UPDATE; END IF;"
"""Two outcomes of one transfer wait for each other."""
_MOVED_WITHIN = ("a balance is moved by a leg", "NEW.balance IS DISTINCT FROM OLD.balance AND pg_trigger_depth() < 2")
_KEPT = ("legs", "transfers", "accounts", "ledger_days")

POSTGRESQL = (
    _function("leg_fits", _LOCK, *[_raise(rule) for rule in LEG_RULES], _MOVE),
    _function(
        "transfer_ends",
        _raise(("what is written stays", _differ("transfers", "IS DISTINCT FROM"))),
        *[_raise(rule) for rule in OUTCOME_RULES],
    ),
    _function("account_opens", _raise(OPENING_RULE)),
    _function(
        "account_changes",
        _raise(("what is written stays", _differ("accounts", "IS DISTINCT FROM"))),
        _raise(CLOSING_RULE),
        _raise(STANDING_RULE),
        _raise(_MOVED_WITHIN),
    ),
    _function("stays", _raise(("what is written stays", "TRUE"))),
    _postgresql("leg_fits", "BEFORE INSERT ON legs", "leg_fits"),
    _postgresql("leg_stays", "BEFORE UPDATE ON legs", "stays"),
    _postgresql("transfer_ends", "BEFORE UPDATE ON transfers", "transfer_ends"),
    _postgresql("account_opens", "BEFORE INSERT ON accounts", "account_opens"),
    _postgresql("account_changes", "BEFORE UPDATE ON accounts", "account_changes"),
    _postgresql("day_stays", "BEFORE UPDATE ON ledger_days", "stays"),
    *[_postgresql(f"{table}_kept", f"BEFORE DELETE ON {table}", "stays") for table in _KEPT],
    *[_postgresql(f"{table}_whole", f"BEFORE TRUNCATE ON {table}", "stays", "STATEMENT") for table in _KEPT],
)

GUARDS: dict[str, Sequence[str]] = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
"""The statements that put the guards up, by dialect."""


def guard(last: Table) -> None:
    """Let the guards stand wherever the tables are made from their description; `last` is made after the others."""
    for dialect, statements in GUARDS.items():
        for statement in statements:
            event.listen(last, "after_create", DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))
