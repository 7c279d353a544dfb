"""Styles, scripts and fonts as the browser gets them: where they are and what they are called.

They are built at set-up. A changed file gets a new name, so browsers may keep the old one for ever.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "static"
BUILD = SOURCE / "build"
ADDRESS = "/static/build/"
MANIFEST = "manifest.json"


def manifest(out_dir: Path) -> Mapping[str, str]:
    """Plain name -> hashed name; read again only when a build has replaced it."""
    path = out_dir / MANIFEST
    return _read(path, path.stat().st_mtime_ns)


def ensure(out_dir: Path = BUILD) -> None:
    """Build when there is no build, or a source is newer than it."""
    path = out_dir / MANIFEST
    makers = (Path(__file__).with_name(name) for name in ("asset_build.py", "fonts.py"))
    sources = (*SOURCE.iterdir(), *makers)
    newest = max(p.stat().st_mtime_ns for p in sources if p.is_file())
    if not path.exists() or path.stat().st_mtime_ns < newest:
        rebuild(out_dir)


def rebuild(out_dir: Path = BUILD) -> None:
    """Build in a process of its own."""
    command = [sys.executable, "-m", "app.core.asset_build", str(out_dir)]
    subprocess.run(command, check=True, cwd=SOURCE.parents[1])  # noqa: S603 - our own program


def url(name: str) -> str:
    """The address of `app.css` and the like."""
    return ADDRESS + _built()[name]


def font_urls() -> list[str]:
    """The addresses of the web fonts, for preloading."""
    return [ADDRESS + built for name, built in _built().items() if name.endswith(".woff2")]


def _built() -> Mapping[str, str]:
    try:
        return manifest(BUILD)
    except FileNotFoundError:
        rebuild(BUILD)
        return manifest(BUILD)


@lru_cache(maxsize=4)
def _read(path: Path, _written: int) -> Mapping[str, str]:
    names: dict[str, str] = json.loads(path.read_text("utf-8"))
    return names
