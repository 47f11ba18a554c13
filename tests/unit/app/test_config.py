from pathlib import Path

import pytest

from busbar.app.config import ENV_PREFIX, MASK, ConfigError, Settings, find_config_file, load_settings, name_driver


def refuse(environ: dict[str, str], tmp_path: Path) -> dict[str, tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        load_settings({"BUSBAR_DATA_DIR": str(tmp_path), **environ}, working_dir=tmp_path)
    return {problem.name: (problem.value, problem.remedy) for problem in caught.value.problems}


def test_defaults_listen_on_loopback_and_keep_unknown_stations_waiting(tmp_path):
    settings = Settings(data_dir=tmp_path)
    assert (str(settings.bind), settings.http_port, settings.ocpp_port) == ("127.0.0.1", 8080, 8180)
    assert settings.station_registration == "pending"
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path}/busbar.sqlite3"
    assert settings.public_address == "http://127.0.0.1:8080"


def test_settings_built_from_keywords_ignore_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("BUSBAR_HTTP_PORT", "9999")
    assert Settings(data_dir=tmp_path).http_port == 8080


def test_command_line_beats_environment_beats_file_beats_default(tmp_path):
    (tmp_path / "busbar.toml").write_text("http_port = 1111\nocpp_port = 2222\ncall_timeout_s = 11\n")
    settings = load_settings(
        {"BUSBAR_OCPP_PORT": "3333", "BUSBAR_HTTP_PORT": "4444"},
        working_dir=tmp_path,
        overrides={"http_port": 5555, "log_level": None},
    )
    assert (settings.http_port, settings.ocpp_port, settings.call_timeout_s) == (5555, 3333, 11)
    origins = {source.name: source.origin for source in settings.sources()}
    assert origins["http_port"] == "command line"
    assert origins["ocpp_port"] == "environment: BUSBAR_OCPP_PORT"
    assert origins["call_timeout_s"] == str(tmp_path / "busbar.toml")
    assert origins["log_level"] == "default"


def test_a_named_file_comes_before_one_in_the_data_directory(tmp_path):
    data_dir, other = tmp_path / "data", tmp_path / "other.toml"
    data_dir.mkdir()
    (data_dir / "busbar.toml").touch()
    other.touch()
    environ = {"BUSBAR_DATA_DIR": str(data_dir)}
    assert find_config_file(environ, working_dir=tmp_path) == data_dir / "busbar.toml"
    assert find_config_file({**environ, "BUSBAR_CONFIG": "other.toml"}, working_dir=tmp_path) == other


def test_a_named_file_that_is_missing_is_refused(tmp_path):
    assert "no such file" in refuse({"BUSBAR_CONFIG": "gone.toml"}, tmp_path)["BUSBAR_CONFIG"][1]


def test_a_file_that_is_not_toml_is_refused(tmp_path):
    (tmp_path / "busbar.toml").write_text("http_port: 80")
    assert "readable TOML" in refuse({}, tmp_path)[str(tmp_path / "busbar.toml")][1]


def test_paths_in_a_file_are_relative_to_the_file(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "site.toml").write_text(
        'data_dir = "../state"\nocpp_tls_key_file = "k.pem"\nocpp_tls_certificate_file = "/srv/c.pem"\n'
    )
    settings = load_settings({"BUSBAR_CONFIG": "etc/site.toml"}, working_dir=tmp_path)
    assert settings.data_dir == tmp_path / "etc" / ".." / "state"
    assert settings.ocpp_tls_key_file == tmp_path / "etc" / "k.pem"
    assert settings.ocpp_tls_certificate_file == Path("/srv/c.pem")


def test_an_empty_variable_counts_as_unset(tmp_path):
    assert load_settings({"BUSBAR_HTTP_PORT": ""}, working_dir=tmp_path).http_port == 8080


def test_what_the_test_suites_are_told_is_no_setting(tmp_path):
    assert load_settings({"BUSBAR_TEST_CHROMIUM": "/usr/bin/chromium"}, working_dir=tmp_path).http_port == 8080


def test_every_wrong_setting_is_named_at_once_with_value_and_remedy(tmp_path):
    problems = refuse(
        {
            "BUSBAR_HTTP_PORT": "70000",
            "BUSBAR_CALL_TIMEOUT_S": "soon",
            "BUSBAR_BIND": "localhost",
            "BUSBAR_STATION_REGISTRATION": "maybe",
            "BUSBAR_DATABASE_URL": "mysql://user:secret@host/busbar",
            "BUSBAR_PUBLIC_URL": "charging.example.org",
        },
        tmp_path,
    )
    assert problems["BUSBAR_HTTP_PORT"][0] == "70000"
    assert "from 0 to 65535" in problems["BUSBAR_HTTP_PORT"][1]
    assert problems["BUSBAR_CALL_TIMEOUT_S"][0] == "soon"
    assert "IP address" in problems["BUSBAR_BIND"][1]
    assert "'pending'" in problems["BUSBAR_STATION_REGISTRATION"][1]
    assert problems["BUSBAR_DATABASE_URL"] == (MASK, "give sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    assert "full address" in problems["BUSBAR_PUBLIC_URL"][1]
    assert len(problems) == 6


def test_an_unknown_variable_or_key_is_refused_with_the_likely_name(tmp_path):
    (tmp_path / "busbar.toml").write_text("heartbeat_intervall_s = 60\nzzz = 1\n")
    problems = refuse({"BUSBAR_ADMIN_PASWORD": "quite-secret"}, tmp_path)
    assert problems["BUSBAR_ADMIN_PASWORD"] == (MASK, "there is no such setting; did you mean admin_password?")
    assert "heartbeat_interval_s?" in problems["heartbeat_intervall_s"][1]
    assert problems["zzz"][1] == "there is no such setting: remove it"


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"BUSBAR_HTTP_PORT": "8180"}, "BUSBAR_HTTP_PORT"),
        ({"BUSBAR_OCPP_TLS_CERTIFICATE_FILE": "c.pem"}, "ocpp_tls_key_file"),
        ({"BUSBAR_OCPP_TLS_CLIENT_CA_FILE": "ca.pem"}, "BUSBAR_OCPP_TLS_CLIENT_CA_FILE"),
        ({"BUSBAR_PAGE_DEFAULT_ROWS": "600"}, "BUSBAR_PAGE_DEFAULT_ROWS"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(environ, name, tmp_path):
    assert list(refuse(environ, tmp_path)) == [name]


@pytest.mark.parametrize(
    ("environ", "remedy"),
    [
        ({"BUSBAR_HTTP_PORT": "8180"}, "the console and the stations need two different ports"),
        (
            {"BUSBAR_MINUTE_RETENTION_DAYS": "8", "BUSBAR_SAMPLE_RETENTION_DAYS": "9"},
            "roll-ups are kept no shorter than what they are made of",
        ),
    ],
)
def test_numbers_that_contradict_each_other_are_told_so_and_not_their_bounds(environ, remedy, tmp_path):
    assert [told for _, told in refuse(environ, tmp_path).values()] == [remedy]


def test_both_ports_may_be_left_to_the_system(tmp_path):
    assert Settings(data_dir=tmp_path, http_port=0, ocpp_port=0).http_port == 0


def test_secrets_never_show(tmp_path):
    settings = load_settings(
        {
            "BUSBAR_DATA_DIR": str(tmp_path),
            "BUSBAR_ADMIN_PASSWORD": "open-sesame",
            "BUSBAR_DATABASE_URL": "postgresql://busbar:open-sesame@db.internal:5432/busbar?ssl=require",
        }
    )
    shown = {source.name: source.value for source in settings.sources()}
    assert shown["admin_password"] == MASK
    assert shown["database_url"] == f"postgresql://busbar:{MASK}@db.internal:5432/busbar?ssl=require"
    assert "open-sesame" not in repr(settings)
    assert settings.database == "postgresql+asyncpg://busbar:open-sesame@db.internal:5432/busbar?ssl=require"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("sqlite:///busbar.db", "sqlite+aiosqlite:///busbar.db"),
        ("sqlite+aiosqlite:////srv/busbar.db", "sqlite+aiosqlite:////srv/busbar.db"),
        ("postgres://h/b", "postgresql+asyncpg://h/b"),
        ("postgresql+asyncpg://h/b", "postgresql+asyncpg://h/b"),
    ],
)
def test_a_database_url_gets_its_asynchronous_driver(given, expected):
    assert name_driver(given) == expected


@pytest.mark.parametrize("url", ["busbar.db", "postgresql+psycopg://h/b", "mysql://h/b"])
def test_another_database_is_refused(url):
    with pytest.raises(ValueError, match="give sqlite"):
        name_driver(url)


@pytest.mark.parametrize(("bind", "address"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("fd00::1", "[fd00::1]")])
def test_links_name_an_address_that_can_be_reached(bind, address, tmp_path):
    assert Settings(data_dir=tmp_path, bind=bind).public_address == f"http://{address}:8080"
    assert Settings(data_dir=tmp_path, public_url="https://c.example.org/").public_address == "https://c.example.org"


def test_every_number_is_bounded_and_every_setting_described():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        if field.annotation is int:
            bounds = {key for rule in field.metadata for key in ("ge", "le") if hasattr(rule, key)}
            assert bounds == {"ge", "le"}, name


def test_variables_carry_the_prefix(tmp_path):
    assert all(source.variable.startswith(ENV_PREFIX) for source in Settings(data_dir=tmp_path).sources())


def test_addresses_of_broker_and_redis_are_checked_and_shown_without_their_passwords(tmp_path):
    environ = {
        "BUSBAR_BROKER_URL": "amqps://ada:hunter2@mq/busbar",
        "BUSBAR_REDIS_URL": "redis://:hunter2@cache:6379/1",
    }
    shown = {source.name: source.value for source in load_settings(environ, working_dir=tmp_path).sources()}
    assert shown["broker_url"] == f"amqps://ada:{MASK}@mq/busbar"
    assert shown["redis_url"] == f"redis://:{MASK}@cache:6379/1"
    problems = refuse({"BUSBAR_BROKER_URL": "http://mq/x", "BUSBAR_REDIS_URL": "cache:6379"}, tmp_path)
    assert problems["BUSBAR_BROKER_URL"] == (MASK, "give amqp://USER:PASSWORD@HOST/NAME, or amqps:// for TLS")
    assert problems["BUSBAR_REDIS_URL"] == (MASK, "give redis://USER:PASSWORD@HOST/NAME, or rediss:// for TLS")


def test_mail_has_a_sender_and_no_password_in_the_open(tmp_path):
    host = {"BUSBAR_MAIL_HOST": "smtp.example.org"}
    whole = host | {"BUSBAR_MAIL_SENDER": "a@b.example"}
    assert "together with mail_host" in refuse(host, tmp_path)["mail_sender"][1]
    named = whole | {"BUSBAR_MAIL_LOGIN": "u"}
    assert "together" in refuse(named, tmp_path)["mail_password"][1]
    signed_in = named | {"BUSBAR_MAIL_PASSWORD": "hidden words"}
    bare = refuse(signed_in | {"BUSBAR_MAIL_SECURITY": "none"}, tmp_path)
    assert "under TLS only" in bare["BUSBAR_MAIL_SECURITY"][1]
    assert "hidden words" not in str(bare)
    settings = load_settings({"BUSBAR_DATA_DIR": str(tmp_path), **signed_in}, working_dir=tmp_path)
    assert (settings.mail_port, settings.mail_security) == (587, "starttls")
    assert {source.name: source.value for source in settings.sources()}["mail_password"] == MASK
