"""Sending one text message through the city's gateway."""

import json
import urllib.request

from app.core.config import Settings

TIMEOUT = 20.0


def send(settings: Settings, phone: str, text: str, key: str) -> None:
    """POST {to, text, key} as JSON to SMS_URL; the same `key` marks a repeat of the same message.

    Without a gateway (demo) the text becomes a file under DATA_DIR/outbox.

    Raises:
        OSError: the gateway did not take it; the job tries again later.
    """
    if not settings.sms_url:
        folder = settings.data_dir / "outbox"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"sms-{key}.txt").write_text(f"{phone}\n{text}\n", encoding="utf-8")
        return
    if not settings.sms_url.startswith(("http://", "https://")):
        message = "SMS_URL must be an http or https address"
        raise ValueError(message)
    body = json.dumps({"to": phone, "text": text, "key": key}).encode()
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        settings.sms_url, data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
        answer.read()
