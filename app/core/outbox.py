"""Where letters and texts of an installation without a relay or gateway can be looked at."""

from pathlib import Path

from app.core.config import Settings


def keep(settings: Settings, name: str, content: bytes) -> None:
    """Write one message under DATA_DIR/outbox; a repeat under the same name replaces it."""
    file = _file(settings, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def forget(settings: Settings, name: str) -> None:
    """Remove the message of this name, if it lies there."""
    _file(settings, name).unlink(missing_ok=True)


def _file(settings: Settings, name: str) -> Path:
    harmless = "".join(c for c in name if c.isalnum() or c in "-.").strip(".")
    return settings.data_dir / "outbox" / harmless
