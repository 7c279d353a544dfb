"""Sending one e-mail; the queue and the wording live in `notices`."""

import smtplib
import ssl
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from app.core import outbox
from app.core.config import Settings

TIMEOUT = 20.0


class _Headers(EmailPolicy):
    """Vietnamese in headers: by itself Python 3.11 drops the blank where a long one breaks."""

    def fold(self, name: str, value: Any) -> str:
        if str(value).isascii():
            return str(super().fold(name, value))
        people = getattr(value, "addresses", ())
        named = ", ".join(formataddr((each.display_name, each.addr_spec)) for each in people)
        text = named or Header(str(value), "utf-8", header_name=name).encode()
        return f"{name}: {text}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand the message to the relay in SMTP_URL.

    `smtps://` is encrypted from the start, `smtp://` by STARTTLS, both with a certificate that must
    be right; only a relay on this machine that asks for no password is spoken to in the clear.
    Without a relay (demo) the message becomes a file named after its Message-ID.

    Raises:
        OSError: the relay did not take it; the job tries again later.
    """
    message.policy = _Headers()
    if not settings.smtp_url:
        outbox.keep(settings, f"{message['Message-ID'] or 'letter'}.eml", bytes(message))
        return
    with _connect(urlsplit(settings.smtp_url)) as relay:
        try:
            relay.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:  # its text is the address: not for a log
            codes = sorted({code for code, _reason in error.recipients.values()})
            reason = f"the relay refused the address: {codes}"
            raise OSError(reason) from None


def _connect(url: SplitResult) -> smtplib.SMTP:
    host, trusted = url.hostname or "localhost", ssl.create_default_context()
    if url.scheme == "smtps":
        relay: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or smtplib.SMTP_SSL_PORT, timeout=TIMEOUT, context=trusted
        )
    else:
        relay = smtplib.SMTP(host, url.port or smtplib.SMTP_PORT, timeout=TIMEOUT)
    try:
        if url.scheme == "smtp" and (url.username or not _is_here(host)):
            relay.starttls(context=trusted)
        if url.username:
            relay.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        relay.close()
        raise
    return relay


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
