"""Sending one e-mail; the queue and the wording live in `notices`."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from app.core.config import Settings

TIMEOUT = 20.0


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand the message to the relay in SMTP_URL (smtp:// or smtps://, user and password allowed).

    Without one (demo) it becomes a file under DATA_DIR/outbox named after its Message-ID.
    """
    if not settings.smtp_url:
        _keep(settings, message)
        return
    with _connect(settings.smtp_url) as relay:
        relay.send_message(message)


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        relay: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        relay = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
        if relay.has_extn("starttls") or parts.username:
            relay.starttls(context=ssl.create_default_context())
    if parts.username:
        relay.login(unquote(parts.username), unquote(parts.password or ""))
    return relay


def _keep(settings: Settings, message: EmailMessage) -> None:
    name = "".join(c for c in message["Message-ID"] or "letter" if c.isalnum() or c in "-.")
    folder = settings.data_dir / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.eml").write_bytes(bytes(message))
