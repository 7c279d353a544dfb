"""Papers: tagged PDF/UA, set by typst from a template and the words that go into it."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst


def paper(template: Path, name: str, content: Mapping[str, Any]) -> bytes:
    """The file; the same content gives the same bytes: no date and no name of a machine is in it.

    Args:
        template: a typst document that reads `content` as JSON from `sys.inputs`.
        name: under which it finds that there.
    """
    return typst.compile(
        _read(template),
        font_paths=_fonts(),
        sys_inputs={name: json.dumps(content, ensure_ascii=False, sort_keys=True)},
        pdf_standards="ua-1",
    )


@cache
def _fonts() -> typst.Fonts:
    """The family of the pages and no other, so that a paper is the same on every machine."""
    folder = str(files("fontpkg_be_vietnam_pro") / "files")
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


@cache
def _read(template: Path) -> bytes:
    return template.read_bytes()
