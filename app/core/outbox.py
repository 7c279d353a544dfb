"""Where letters and texts of an installation without a relay or gateway can be looked at."""

from app.core.config import Settings


def keep(settings: Settings, name: str, content: bytes) -> None:
    """Write one message under DATA_DIR/outbox; a repeat under the same name replaces it."""
    harmless = "".join(c for c in name if c.isalnum() or c in "-.").strip(".")
    folder = settings.data_dir / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / harmless).write_bytes(content)
