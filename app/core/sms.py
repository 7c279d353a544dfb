"""Sending one text message; which sender does it is told by the scheme of SMS_URL.

Another way to reach phones, such as a messenger, is one more class with `send` and `forget`, named
in `SENDERS` and in `config`; nothing that writes texts knows which one is in use.
"""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from app.core import outbox
from app.core.config import Settings

log = logging.getLogger(__name__)

TIMEOUT = 20.0


class Sender(Protocol):
    """One way to reach phones."""

    def send(self, phone: str, text: str, key: str) -> None:
        """Hand one text over; the same `key` marks a repeat of the same message.

        Raises:
            OSError: it was not taken; the job tries again later.
        """

    def forget(self, key: str) -> None:
        """Remove the copy that lies here, if this sender keeps one."""


class Gateway:
    """POST {to, text, key} as JSON to the city's gateway."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.sms_url

    def send(self, phone: str, text: str, key: str) -> None:
        body = json.dumps({"to": phone, "text": text, "key": key}).encode()
        request = Request(  # noqa: S310 - settings allow this class http and https only
            self._url, data=body, headers={"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
            answer.read()

    def forget(self, key: str) -> None:
        """The gateway keeps what it keeps."""


class Files:
    """One file a text, named after its key, in a directory that something else empties."""

    def __init__(self, settings: Settings) -> None:
        self._directory = Path(unquote(urlsplit(settings.sms_url).path))

    def send(self, phone: str, text: str, key: str) -> None:
        outbox.keep_in(self._directory, file_name(key), f"{phone}\n{text}\n".encode())

    def forget(self, key: str) -> None:
        outbox.forget_in(self._directory, file_name(key))


class Outbox(Files):
    """Without a gateway (demo) a text becomes a file in DATA_DIR/outbox."""

    def __init__(self, settings: Settings) -> None:
        self._directory = outbox.directory(settings)


class Console(Outbox):
    """As `Outbox`, and the worker's log says that a text lies there: its words are not for logs."""

    def send(self, phone: str, text: str, key: str) -> None:
        super().send(phone, text, key)
        place = str(self._directory / outbox.harmless(file_name(key)))
        log.info("text", extra={"file": place, "characters": len(text)})


SENDERS: Mapping[str, Callable[[Settings], Sender]] = {
    "": Outbox,
    "console": Console,
    "file": Files,
    "http": Gateway,
    "https": Gateway,
}
"""By the scheme of SMS_URL; `config` allows the same ones."""


def send(settings: Settings, phone: str, text: str, key: str) -> None:
    """Hand one text to the sender in use.

    Raises:
        OSError: it was not taken; the job tries again later.
    """
    _sender(settings).send(phone, text, key)


def forget(settings: Settings, key: str) -> None:
    """Remove the copy of a text that lies here."""
    _sender(settings).forget(key)


def file_name(key: str) -> str:
    """Of a text kept in place of being sent."""
    return f"sms-{key}.txt"


def _sender(settings: Settings) -> Sender:
    return SENDERS[urlsplit(settings.sms_url).scheme](settings)
