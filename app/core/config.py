"""Settings from the environment, checked once at start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

from flask import current_app

DEMO = "demo"
PRODUCTION = "production"
CITIES = ("79", "01")
REQUIRED = "required"
OFFERED = "offered"
_SECRET_LENGTH = 32
_LARGEST = {
    "PORT": 65535,
    "WEB_WORKERS": 256,
    "SMALL_CELL_BELOW": 1000,
    "ROUND_TO": 1000,
    "ONE_PROVIDER_MOST": 100,
    "MOST_PLACES": 1000,
}
_SCHEMES = {
    "BASE_URL": ("http", "https"),
    "MEILISEARCH_URL": ("http", "https"),
    "OIDC_ISSUER": ("http", "https"),
    "REDIS_URL": ("redis", "rediss"),
    "SMS_URL": ("http", "https", "file", "console"),
    "SMTP_URL": ("smtp", "smtps"),
}
_CITY_NEEDS = {
    "SECRET_KEY": f"at least {_SECRET_LENGTH} random characters (openssl rand -hex 32).",
    "KEY_FILE": "a file of 32 random bytes (openssl rand -out FILE 32) away from the backups.",
    "DATABASE_URL": "the database of the city, for example postgresql://phohoc@/phohoc.",
    "DATA_DIR": "a directory on a disk that is backed up.",
    "BASE_URL": "the public https:// address; letters and QR codes point there.",
    "MEILISEARCH_KEY": "a key of the search server; one without is open to everybody.",
    "STAFF_SECOND_FACTOR": "required, or leave it out: one password must not open a city.",
    "SMS_URL": "a gateway or file:///DIRECTORY; console: is for trying things out.",
    "OIDC_ISSUER": "an https:// address; the identity provider vouches for people.",
    "OIDC_CLIENT_ID": "the name the identity provider knows this installation by.",
}
_PROJECT = Path(__file__).resolve().parents[2]


class UnsafeSettings(Exception):
    """The environment does not allow a start; the text says what to set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the installation can be told from outside."""

    app_env: str
    data_dir: Path
    database_url: str
    secret_key: str
    key_file: Path
    meilisearch_url: str
    meilisearch_key: str
    redis_url: str
    smtp_url: str
    sms_url: str
    site_name_vi: str
    site_name_en: str
    city_code: str
    base_url: str
    port: int
    web_workers: int
    hotline: str
    staff_second_factor: str
    data_officer: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_name_vi: str
    oidc_name_en: str
    oidc_acr: tuple[str, ...]
    small_cell_below: int
    round_to: int
    one_provider_most: int
    most_places: int

    @property
    def is_production(self) -> bool:
        return self.app_env == PRODUCTION

    @property
    def project(self) -> Path:
        """Where templates/, translations/ and migrations/ lie."""
        return _PROJECT

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the environment.

        Raises:
            UnsafeSettings: with one sentence for each thing that must be set.
        """
        given = {k: v for k, v in (os.environ if environ is None else environ).items() if v != ""}
        if problems := _problems(given):
            raise UnsafeSettings("\n".join(problems))
        data_dir = Path(given.get("DATA_DIR", _PROJECT / "data")).resolve()
        port = int(given.get("PORT", "8000"))
        database_url = given.get("DATABASE_URL", f"sqlite:///{data_dir}/app.db")
        return cls(
            app_env=given.get("APP_ENV", DEMO),
            data_dir=data_dir,
            database_url=_sqlalchemy_url(database_url),
            secret_key=given.get("SECRET_KEY") or _demo_secret(data_dir),
            key_file=Path(given.get("KEY_FILE", data_dir / "keys" / "person.key")),
            meilisearch_url=given.get("MEILISEARCH_URL", ""),
            meilisearch_key=given.get("MEILISEARCH_KEY", ""),
            redis_url=given.get("REDIS_URL", ""),
            smtp_url=given.get("SMTP_URL", ""),
            sms_url=given.get("SMS_URL", ""),
            site_name_vi=given.get("SITE_NAME_VI", "Phố Học"),
            site_name_en=given.get("SITE_NAME_EN", "Phố Học"),
            city_code=given.get("CITY_CODE", CITIES[0]),
            base_url=given.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            port=port,
            web_workers=int(given.get("WEB_WORKERS", "2")),
            hotline=given.get("HOTLINE", "028 1022"),
            staff_second_factor=given.get("STAFF_SECOND_FACTOR", _second_factor(given)),
            data_officer=given.get("DATA_OFFICER", ""),
            oidc_issuer=given.get("OIDC_ISSUER", "").rstrip("/"),
            oidc_client_id=given.get("OIDC_CLIENT_ID", ""),
            oidc_client_secret=given.get("OIDC_CLIENT_SECRET", ""),
            oidc_name_vi=given.get("OIDC_NAME_VI", "tài khoản của thành phố"),
            oidc_name_en=given.get("OIDC_NAME_EN", "your city account"),
            oidc_acr=tuple(given.get("OIDC_ACR", "").replace(",", " ").split()),
            small_cell_below=int(given.get("SMALL_CELL_BELOW", "5")),
            round_to=int(given.get("ROUND_TO", "5")),
            one_provider_most=int(given.get("ONE_PROVIDER_MOST", "85")),
            most_places=int(given.get("MOST_PLACES", "10")),
        )


def _second_factor(given: Mapping[str, str]) -> str:
    """A demo is tried out without an authenticator; a city's staff need one."""
    return REQUIRED if given.get("APP_ENV") == PRODUCTION else OFFERED


def current() -> Settings:
    """The settings of the application that is running."""
    return cast("Settings", current_app.extensions["settings"])


def _problems(given: Mapping[str, str]) -> list[str]:
    found = [
        f"{name} must be a whole number from 1 to {largest}, not {given[name]!r}."
        for name, largest in _LARGEST.items()
        if name in given and not _is_number(given[name], largest)
    ]
    if given.get("SMS_URL", "").startswith("file:") and not _is_directory(given["SMS_URL"]):
        found.append("SMS_URL must name a directory: file:///DIRECTORY.")
    found += [
        f"{name} must begin with {' or '.join(map(_beginning, schemes))}."
        for name, schemes in _SCHEMES.items()
        if name in given and urlsplit(given[name]).scheme not in schemes
    ]
    if given.get("APP_ENV", DEMO) not in (DEMO, PRODUCTION):
        found.append(f"APP_ENV must be {DEMO} or {PRODUCTION}.")
    if given.get("CITY_CODE", CITIES[0]) not in CITIES:
        found.append(f"CITY_CODE must be {' or '.join(CITIES)} (official province codes).")
    if given.get("STAFF_SECOND_FACTOR", REQUIRED) not in (REQUIRED, OFFERED):
        found.append(f"STAFF_SECOND_FACTOR must be {REQUIRED} or {OFFERED}.")
    if given.get("APP_ENV") == PRODUCTION:
        found += _unsafe_in_production(given)
    return found


def _is_directory(url: str) -> bool:
    """Not a file, and not the root; it is made when the first text is written."""
    path = Path(unquote(urlsplit(url).path))
    return path.is_absolute() and len(path.parts) > 1 and (path.is_dir() or not path.exists())


def _beginning(scheme: str) -> str:
    return {"console": "console:", "file": "file:///"}.get(scheme, f"{scheme}://")


def _is_number(text: str, largest: int) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) <= largest


def _unsafe_in_production(given: Mapping[str, str]) -> list[str]:
    """What is still as it is for trying things out, and not right for a city."""
    is_safe = {
        "SECRET_KEY": len(given.get("SECRET_KEY", "")) >= _SECRET_LENGTH,
        "KEY_FILE": _is_key_file(Path(given.get("KEY_FILE", ""))),
        "DATABASE_URL": "DATABASE_URL" in given,
        "DATA_DIR": "DATA_DIR" in given,
        "BASE_URL": urlsplit(given.get("BASE_URL", "")).scheme == "https",
        "MEILISEARCH_KEY": "MEILISEARCH_URL" not in given or "MEILISEARCH_KEY" in given,
        "STAFF_SECOND_FACTOR": given.get("STAFF_SECOND_FACTOR", REQUIRED) == REQUIRED,
        "SMS_URL": urlsplit(given.get("SMS_URL", "")).scheme != "console",
        "OIDC_ISSUER": urlsplit(given.get("OIDC_ISSUER", "https:")).scheme == "https",
        "OIDC_CLIENT_ID": "OIDC_ISSUER" not in given or "OIDC_CLIENT_ID" in given,
    }
    return [f"Set {name} to {_CITY_NEEDS[name]}" for name, safe in is_safe.items() if not safe]


def _is_key_file(path: Path) -> bool:
    return path.is_file() and path.stat().st_size >= _SECRET_LENGTH


def _sqlalchemy_url(url: str) -> str:
    """PostgreSQL addresses name the driver, so that operators may write the short form."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _demo_secret(data_dir: Path) -> str:
    """A random secret of this demo installation, made at the first start."""
    kept = data_dir / "keys" / "secret.key"
    write_private(kept, secrets.token_hex(_SECRET_LENGTH).encode())
    return kept.read_text()


def write_private(path: Path, content: bytes) -> None:
    """Create a file that only the owner can read; an existing one stays as it is.

    It appears whole or not at all: two processes may start at the same moment.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    part.touch(mode=0o600)
    part.write_bytes(content)
    try:
        os.link(part, path)
    except FileExistsError:
        return
    finally:
        part.unlink()
