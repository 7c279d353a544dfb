"""Where letters and texts of an installation without a relay or gateway can be looked at."""

from pathlib import Path

from app.core.config import Settings


def directory(settings: Settings) -> Path:
    return settings.data_dir / "outbox"


def keep(settings: Settings, name: str, content: bytes) -> None:
    """Write one message under DATA_DIR/outbox; a repeat under the same name replaces it."""
    keep_in(directory(settings), name, content)


def forget(settings: Settings, name: str) -> None:
    """Remove the message of this name, if it lies there."""
    forget_in(directory(settings), name)


def keep_in(folder: Path, name: str, content: bytes) -> None:
    """As `keep`; the file appears whole: something else may be waiting for it."""
    file = folder / harmless(name)
    folder.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(content)
    part.replace(file)


def forget_in(folder: Path, name: str) -> None:
    (folder / harmless(name)).unlink(missing_ok=True)


def harmless(name: str) -> str:
    """The name of a file that stays in its folder."""
    return "".join(c for c in name if c.isalnum() or c in "-.").strip(".")
