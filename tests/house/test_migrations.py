"""Migrations only add, so that a process of the version before goes on serving while the next one starts.

What takes something away from a table that is there, or holds it up for long, gives its reason on the line:
`# older processes go on: …`.
"""

import ast
from pathlib import Path

from tests.house.sources import PACKAGE, expect_none, name_of

VERSIONS = PACKAGE / "app" / "migrations" / "versions"
REASON = "# older processes go on:"
BEFORE_MANY = "0003"
"""The last step that was written while one process had a database to itself."""
REFUSED_CALLS = ("drop_", "alter_", "rename_", "create_primary_key", "create_unique", "create_foreign", "create_check")
REFUSED_WORDS = ("DROP ", "ALTER ", "RENAME ", "TRUNCATE ")


def list_calls(tree: ast.Module) -> list[ast.Call]:
    """List the calls of a step, without those of the way back, which nobody goes."""
    steps = [node for node in tree.body if not (isinstance(node, ast.FunctionDef) and node.name == "downgrade")]
    return [node for step in steps for node in ast.walk(step) if isinstance(node, ast.Call)]


def list_made_tables(calls: list[ast.Call]) -> set[object]:
    """Name the tables that a step makes: nobody else uses them yet."""
    return {read_text(call) for call in calls if name_call(call) == "create_table"}


def name_call(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def read_text(call: ast.Call, place: int = 0) -> object:
    """Read a constant argument; of a text with places in it, the constant parts."""
    argument = call.args[place] if len(call.args) > place else None
    if isinstance(argument, ast.JoinedStr):
        return "".join(str(part.value) for part in argument.values if isinstance(part, ast.Constant))
    return argument.value if isinstance(argument, ast.Constant) else None


def has_keyword(call: ast.Call, name: str, value: object) -> bool:
    pairs = [(word.arg, word.value.value) for word in call.keywords if isinstance(word.value, ast.Constant)]
    return (name, value) in pairs


def find_fault(call: ast.Call, made: set[object], batch_table: object) -> str | None:
    """Say what an older process would stumble over, or None."""
    name = name_call(call)
    if name.startswith(REFUSED_CALLS):
        return f"{name}: a step only adds"
    if name in {"execute", "exec_driver_sql"} and any(word in str(read_text(call)).upper() for word in REFUSED_WORDS):
        return f"{read_text(call)}: a step only adds"
    if name in {"execute", "exec_driver_sql"} and isinstance(call.args[0], ast.Name):
        return "statements that this rule cannot read"
    if name == "create_index":
        table = read_text(call, 1) if batch_table is None else batch_table
        if table not in made:
            return f"an index on {table} that holds up its writers: make it with indexes.add_index"
    if name == "add_column":
        columns = [node for node in ast.walk(call) if isinstance(node, ast.Call) and name_call(node) == "Column"]
        for column in columns:
            is_filled = any(word.arg == "server_default" for word in column.keywords)
            if has_keyword(column, "nullable", False) and not is_filled:
                return "a column that older processes do not fill: let it be empty or give it a server_default"
    return None


def find_faults(text: str) -> list[str]:
    tree = ast.parse(text)
    lines = text.splitlines()
    calls = list_calls(tree)
    made = list_made_tables(calls)
    batches = {
        id(call): read_text(item.context_expr)
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.context_expr, ast.Call) and name_call(item.context_expr) == "batch_alter_table"
        for body in node.body
        for call in ast.walk(body)
    }
    found: list[tuple[int, str]] = []
    for call in calls:
        fault = find_fault(call, made, batches.get(id(call)))
        if fault is not None and not any(REASON in line for line in lines[call.lineno - 1 : call.end_lineno]):
            found.append((call.lineno, fault))
    return [f"{number}: {fault}" for number, fault in sorted(found)]


def list_versions() -> list[Path]:
    return sorted(path for path in VERSIONS.glob("[0-9]*.py") if path.name[:4] > BEFORE_MANY)


def test_migrations_only_add():
    expect_none({name_of(path): find_faults(path.read_text(encoding="utf-8")) for path in list_versions()})


def test_the_rule_finds_what_older_processes_stumble_over():
    text = """
def upgrade():
    op.create_table("new", sa.Column("id"))
    with op.batch_alter_table("new") as batch_op:
        batch_op.create_index("ix", ["id"])
    op.create_index("ix", "new", ["id"])
    op.create_index("ix", "old", ["id"])
    with op.batch_alter_table("old") as batch_op:
        batch_op.create_index("ix", ["id"])
        batch_op.drop_column("gone")
    add_index("ix", "old", ["id"])
    op.add_column("old", sa.Column("a", nullable=True))
    op.add_column("old", sa.Column("b", nullable=False))
    op.add_column("old", sa.Column("c", nullable=False, server_default="0"))
    op.execute(f"ALTER TABLE old RENAME TO {name}")
    op.execute(statement)
    op.drop_table("old")  # older processes go on: they never read it

def downgrade():
    op.drop_table("new")
"""
    assert [fault.partition(":")[0] for fault in find_faults(text)] == ["7", "9", "10", "13", "15", "16"]
