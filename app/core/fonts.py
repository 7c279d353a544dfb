"""The web fonts: Be Vietnam Pro, cut down to what Vietnamese and English pages need.

The installed package holds 18 styles of about 130 kB; pages use two weights of about 15 kB.
"""

from importlib.resources import as_file, files
from io import BytesIO
from typing import Any
from unicodedata import normalize

from fontTools.otlLib.builder import SingleSubstBuilder
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

FAMILY = "Be Vietnam Pro"
WEIGHTS = {400: "Regular", 700: "Bold"}

_VOWELS = "aăâeêioôơuưy"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_NEIGHBOURS = "\u00a0§©«»°·×½äëïöüßçñÄÖÜÇÑ"
_PUNCTUATION = "\u2009\u202f–—\u2018\u2019\u201a“”„†•…‰‹›€™←↑→↓\u2212≈≠≤≥"
_FEATURES = ["kern", "locl", "tnum", "liga"]
_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_DIGIT_WIDTH = 660
_PACKAGE = files("fontpkg_be_vietnam_pro")


def vietnamese() -> set[str]:
    """Every vowel under every tone and đ, in both cases, and ₫: 147 characters."""
    lower = {normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in ("", *_TONES)} | {"đ"}
    return lower | {letter.upper() for letter in lower} | {"₫"}


def characters() -> set[str]:
    """All characters the web fonts carry, as far as the family has them.

    Marks of their own are not among them: every text we keep is composed (`vi.clean`).
    """
    return {*map(chr, range(0x20, 0x7F)), *vietnamese(), *_NEIGHBOURS, *_PUNCTUATION}


def web_font(weight: int) -> bytes:
    """One weight as WOFF2; the same package gives the same bytes."""
    with as_file(_PACKAGE / "files" / f"BeVietnamPro-{WEIGHTS[weight]}.ttf") as path:
        font = TTFont(path, recalcTimestamp=False)
    _add_tabular_digits(font)
    _subset(font)
    font.flavor = "woff2"
    buffer = BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def licence() -> str:
    """The text that has to travel with the fonts."""
    return (_PACKAGE / "LICENSE").read_text("utf-8")


def _subset(font: TTFont) -> None:
    options = Options(layout_features=_FEATURES, hinting=False, notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(characters()))
    subsetter.subset(font)


def _add_tabular_digits(font: TTFont) -> None:
    """Give the family the `tnum` feature it lacks, so that columns of figures line up."""
    wide = {digit: _centred(font, digit) for digit in _DIGITS}
    builder = SingleSubstBuilder(font, None)
    builder.mapping = wide
    table = font["GSUB"].table
    table.LookupList.Lookup.append(builder.build())
    table.LookupList.LookupCount += 1
    record = otTables.FeatureRecord()
    record.FeatureTag = "tnum"
    record.Feature = otTables.Feature()
    record.Feature.FeatureParams = None
    record.Feature.LookupListIndex = [table.LookupList.LookupCount - 1]
    record.Feature.LookupCount = 1
    table.FeatureList.FeatureRecord.append(record)
    table.FeatureList.FeatureCount += 1
    for system in _language_systems(table):
        system.FeatureIndex.append(table.FeatureList.FeatureCount - 1)


def _centred(font: TTFont, digit: str) -> str:
    """Add the digit once more, in the middle of a box as wide as every other digit's."""
    advance, bearing = font["hmtx"][digit]
    shift = (_DIGIT_WIDTH - advance) // 2
    part = GlyphComponent()
    part.glyphName, part.x, part.y, part.flags = digit, shift, 0, 0x4
    glyph = Glyph()
    glyph.numberOfContours = -1
    glyph.components = [part]
    name = f"{digit}.tnum"
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"].glyphs[name] = glyph
    font["hmtx"][name] = (_DIGIT_WIDTH, bearing + shift)
    return name


def _language_systems(table: Any) -> list[Any]:
    scripts = [record.Script for record in table.ScriptList.ScriptRecord]
    named = [record.LangSys for script in scripts for record in script.LangSysRecord]
    return [script.DefaultLangSys for script in scripts if script.DefaultLangSys] + named
