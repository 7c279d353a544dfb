"""Building styles, scripts and fonts for the browser: small, compressed, named by content.

Runs as a program of its own (`python -m app.core.asset_build FOLDER`), so that the processes that
only serve pages never load the font tools.
"""

import gzip
import json
import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import brotli
import rcssmin
import rjsmin

from app.core import fonts
from app.core.assets import MANIFEST, SOURCE

_PLAIN = {".svg", ".png", ".ico"}
_PACKED = {"css", "js", "svg"}
_METRICS = "size-adjust:107%;ascent-override:93.5%;descent-override:24.8%;line-gap-override:0%"
_FALLBACK = f"""
@font-face{{font-family:"Fallback";
src:local("Roboto"),local("Noto Sans"),local("Arial");{_METRICS}}}
@font-face{{font-family:"Fallback";font-weight:700;
src:local("Roboto Bold"),local("Noto Sans Bold"),local("Arial Bold");{_METRICS}}}
"""


def build(out_dir: Path) -> None:
    """Write every asset under its hashed name, packed twins beside it, and last the manifest."""
    out_dir.mkdir(parents=True, exist_ok=True)
    names = dict(_fonts(out_dir))
    faces = "".join(_face(weight, names[_font_name(weight)]) for weight in fonts.WEIGHTS)
    for path in sorted(SOURCE.iterdir()):
        if content := _minified(path, faces):
            names[path.name] = _write(out_dir, path.name, content)
    _replace(out_dir / "OFL.txt", fonts.licence().encode())
    _replace(out_dir / MANIFEST, json.dumps(names, indent=1, sort_keys=True).encode())
    _sweep(out_dir, set(names.values()))


def _fonts(out_dir: Path) -> Iterator[tuple[str, str]]:
    for weight in fonts.WEIGHTS:
        name = _font_name(weight)
        yield name, _write(out_dir, name, fonts.web_font(weight))


def _font_name(weight: int) -> str:
    return f"be-vietnam-pro-{weight}.woff2"


def _face(weight: int, file: str) -> str:
    return (
        f'@font-face{{font-family:"{fonts.FAMILY}";font-weight:{weight};font-display:swap;'
        f'src:url({file}) format("woff2")}}'
    )


def _minified(path: Path, faces: str) -> bytes:
    """What the browser gets of a source file; nothing for a file that is no asset."""
    if path.suffix == ".css":
        before = faces + _FALLBACK if path.name == "app.css" else ""
        return str(rcssmin.cssmin(before + path.read_text("utf-8"))).encode()
    if path.suffix == ".js":
        return str(rjsmin.jsmin(path.read_text("utf-8"))).encode()
    return path.read_bytes() if path.suffix in _PLAIN else b""


def _write(out_dir: Path, name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}.{sha256(content).hexdigest()[:10]}.{suffix}"
    _replace(out_dir / hashed, content)
    if suffix in _PACKED:
        _replace(out_dir / f"{hashed}.gz", gzip.compress(content, 9, mtime=0))
        _replace(out_dir / f"{hashed}.br", brotli.compress(content, quality=11))
    return hashed


def _replace(path: Path, content: bytes) -> None:
    """Write whole or not at all: another process may be reading or building."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)


def _sweep(out_dir: Path, kept: set[str]) -> None:
    """Remove what earlier builds left and nobody links any more."""
    for path in out_dir.iterdir():
        plain = path.name.removesuffix(".gz").removesuffix(".br")
        if plain not in kept | {MANIFEST, "OFL.txt"} and not plain.startswith("."):
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
