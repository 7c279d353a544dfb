"""Settings from the environment, checked once at start."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

DEMO = "demo"
PRODUCTION = "production"
CITIES = ("79", "01")
_SECRET_LENGTH = 32
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
    small_cell_below: int

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
        problems = _problems(given)
        if problems:
            raise UnsafeSettings("\n".join(problems))
        data_dir = Path(given.get("DATA_DIR", str(_PROJECT / "data"))).resolve()
        port = int(given.get("PORT", "8000"))
        return cls(
            app_env=given.get("APP_ENV", DEMO),
            data_dir=data_dir,
            database_url=_sqlalchemy_url(given.get("DATABASE_URL", f"sqlite:///{data_dir}/app.db")),
            secret_key=given.get("SECRET_KEY") or _demo_secret(data_dir),
            key_file=Path(given.get("KEY_FILE", str(data_dir / "keys" / "person.key"))),
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
            small_cell_below=int(given.get("SMALL_CELL_BELOW", "5")),
        )


def _problems(given: Mapping[str, str]) -> list[str]:
    found = [f"{name} must be a whole number, not {given[name]!r}." for name in _NUMBERS if not _is_number(given, name)]
    if given.get("APP_ENV", DEMO) not in (DEMO, PRODUCTION):
        found.append(f"APP_ENV must be {DEMO!r} or {PRODUCTION!r}.")
    if given.get("CITY_CODE", CITIES[0]) not in CITIES:
        found.append(f"CITY_CODE must be one of {', '.join(CITIES)} (official province codes).")
    if given.get("APP_ENV") == PRODUCTION:
        found += _unsafe_in_production(given)
    return found


_NUMBERS = ("PORT", "WEB_WORKERS", "SMALL_CELL_BELOW")


def _is_number(given: Mapping[str, str], name: str) -> bool:
    return given.get(name, "1").isascii() and given.get(name, "1").isdigit() and int(given.get(name, "1")) > 0


def _unsafe_in_production(given: Mapping[str, str]) -> list[str]:
    found = []
    if len(given.get("SECRET_KEY", "")) < _SECRET_LENGTH:
        found.append(f"Set SECRET_KEY to at least {_SECRET_LENGTH} random characters (openssl rand -hex 32).")
    if "KEY_FILE" not in given or not Path(given["KEY_FILE"]).is_file():
        found.append("Set KEY_FILE to an existing file of 32 random bytes, kept outside the database and its backups.")
    if "DATABASE_URL" not in given:
        found.append("Set DATABASE_URL, for example postgresql://phohoc@/phohoc; a city does not run on the demo database.")
    if "DATA_DIR" not in given:
        found.append("Set DATA_DIR to a directory on a disk that is backed up.")
    if urlsplit(given.get("BASE_URL", "")).scheme != "https":
        found.append("Set BASE_URL to the public https:// address; letters and QR codes point there.")
    if given.get("MEILISEARCH_URL") and not given.get("MEILISEARCH_KEY"):
        found.append("Set MEILISEARCH_KEY: a search server without a key is open to everybody.")
    return found


def _sqlalchemy_url(url: str) -> str:
    """PostgreSQL addresses name the driver, so that operators may write the short form."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url


def _demo_secret(data_dir: Path) -> str:
    """A random secret of this demo installation, made at the first start."""
    kept = data_dir / "keys" / "secret.key"
    if not kept.exists():
        write_private(kept, secrets.token_hex(32).encode())
    return kept.read_text()


def write_private(path: Path, content: bytes) -> None:
    """Create a file that only the owner can read; an existing one stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(content)
