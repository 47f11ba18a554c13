import sqlite3

from busbar.app.config import Settings
from busbar.app.doctor import storage


def examine(tmp_path, **given):
    return storage.check_database(Settings(data_dir=tmp_path, **given))


def test_a_database_that_is_missing_is_not_created(tmp_path):
    assert [finding.level for finding in examine(tmp_path)] == ["ok"]
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_answers(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "find_head", lambda: "0001")
    sqlite3.connect(tmp_path / "busbar.sqlite3").close()
    (tmp_path / "busbar.sqlite3").touch()
    assert [finding.level for finding in examine(tmp_path)] == ["ok", "warn"]


def test_the_revision_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "find_head", lambda: "0002")
    with sqlite3.connect(tmp_path / "busbar.sqlite3") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('0001')")
    database.close()
    findings = examine(tmp_path)
    assert [finding.level for finding in findings] == ["ok", "bad"]
    assert "revision 0001, this program needs 0002" in findings[1].what


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "busbar.sqlite3").write_text("something else entirely, and long enough to be read as a header" * 4)
    findings = examine(tmp_path)
    assert [finding.level for finding in findings] == ["bad"]
    assert "not a database" in findings[0].what
