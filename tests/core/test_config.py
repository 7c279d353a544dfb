from pathlib import Path

import pytest

from app.core.config import Settings, UnsafeSettings, write_private

pytestmark = pytest.mark.on_any_database


@pytest.fixture
def city(tmp_path) -> dict[str, str]:
    """A production environment in which nothing is wrong."""
    key = tmp_path / "person.key"
    key.write_bytes(b"k" * 32)
    return {
        "APP_ENV": "production",
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": "postgresql://phohoc@/phohoc",
        "SECRET_KEY": "s" * 32,
        "KEY_FILE": str(key),
        "BASE_URL": "https://hoc.example.vn/",
    }


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(UnsafeSettings) as caught:
        Settings.from_env(environ)
    return str(caught.value)


def test_a_safe_production_start_is_accepted(city):
    settings = Settings.from_env(city)
    assert settings.is_production
    assert settings.database_url == "postgresql+psycopg://phohoc@/phohoc"
    assert settings.base_url == "https://hoc.example.vn"


NEEDED = ["SECRET_KEY", "KEY_FILE", "DATABASE_URL", "DATA_DIR", "BASE_URL"]


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_production_without_a_setting_stops_and_says_what_to_set(city, name, how):
    if how == "missing":
        del city[name]
    else:
        city[name] = ""
    assert refusal(city).startswith(f"Set {name} to ")


def test_every_missing_setting_is_named_at_once():
    said = refusal({"APP_ENV": "production"}).splitlines()
    assert [line.split()[1] for line in said] == NEEDED


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("SECRET_KEY", "short", "Set SECRET_KEY"),
        ("KEY_FILE", "/nowhere/person.key", "Set KEY_FILE"),
        ("BASE_URL", "http://hoc.example.vn", "Set BASE_URL"),
        ("BASE_URL", "hoc.example.vn", "BASE_URL must begin with http:// or https://"),
        ("MEILISEARCH_URL", "http://127.0.0.1:7700", "Set MEILISEARCH_KEY"),
        ("STAFF_SECOND_FACTOR", "offered", "Set STAFF_SECOND_FACTOR to required"),
        ("STAFF_SECOND_FACTOR", "no", "STAFF_SECOND_FACTOR must be required or offered"),
        ("OIDC_ISSUER", "http://id.example.vn", "Set OIDC_ISSUER"),
        ("OIDC_ISSUER", "https://id.example.vn", "Set OIDC_CLIENT_ID"),
        ("APP_ENV", "prod", "APP_ENV must be demo or production"),
        ("CITY_CODE", "48", "CITY_CODE must be 79 or 01"),
        ("PORT", "http", "PORT must be a whole number from 1 to 65535"),
        ("PORT", "70000", "PORT must be a whole number"),
        ("WEB_WORKERS", "0", "WEB_WORKERS must be a whole number"),
        ("SMALL_CELL_BELOW", "-1", "SMALL_CELL_BELOW must be a whole number"),
        ("ROUND_TO", "0", "ROUND_TO must be a whole number"),
        ("MOST_PLACES", "0", "MOST_PLACES must be a whole number"),
        ("SMTP_URL", "mail.example.vn", "SMTP_URL must begin with smtp:// or smtps://"),
        ("SMS_URL", "ftp://texts", "SMS_URL must begin with http:// or https:// or file:///"),
        ("SMS_URL", "file:///etc/passwd", "SMS_URL must name a directory"),
        ("SMS_URL", "file://texts", "SMS_URL must name a directory"),
        ("SMS_URL", "console:", "Set SMS_URL"),
        ("REDIS_URL", "http://127.0.0.1", "REDIS_URL must begin with redis:// or rediss://"),
    ],
)
def test_a_wrong_setting_stops_and_says_why(city, name, value, advice):
    assert advice in refusal({**city, name: value})


def test_a_short_key_file_is_refused(city):
    Path(city["KEY_FILE"]).write_bytes(b"short")
    assert refusal(city).startswith("Set KEY_FILE")


def test_the_demo_needs_no_setting_and_keeps_its_secret(tmp_path):
    first, second = (Settings.from_env({"DATA_DIR": str(tmp_path)}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert first.database_url == f"sqlite:///{tmp_path}/app.db"
    assert (tmp_path / "keys/secret.key").stat().st_mode & 0o077 == 0


def test_a_private_file_is_never_overwritten(tmp_path):
    for content in (b"first", b"second"):
        write_private(tmp_path / "keys/person.key", content)
    assert (tmp_path / "keys/person.key").read_bytes() == b"first"
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["person.key"]


def test_an_unsafe_start_of_the_server_prints_sentences_and_no_traceback(flask_command):
    said = flask_command("serve", status=1, APP_ENV="production", BASE_URL="")
    assert "Set BASE_URL to the public https:// address" in said
    assert "Traceback" not in said
