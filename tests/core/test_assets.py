"""The built front end: small enough, complete for Vietnamese, the same every time."""

import gzip
import json
import os
from io import BytesIO

import brotli
import pytest
from fontTools.ttLib import TTFont

from app.core import asset_build, assets, fonts

KILOBYTE = 1000


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out_dir = tmp_path_factory.mktemp("build")
    asset_build.build(out_dir)
    return out_dir


def file_of(built, name):
    return built / assets.manifest(built)[name]


@pytest.fixture(scope="module", params=fonts.WEIGHTS)
def font(request, built):
    return file_of(built, f"be-vietnam-pro-{request.param}.woff2").read_bytes()


def test_vietnamese_has_147_characters():
    assert len(fonts.vietnamese()) == 147


def test_fonts_have_every_vietnamese_character(font):
    carried = TTFont(BytesIO(font)).getBestCmap()
    assert [letter for letter in fonts.vietnamese() if ord(letter) not in carried] == []


def test_fonts_are_small(font):
    assert len(font) <= 13 * KILOBYTE


def test_figures_in_tables_are_equally_wide(font):
    opened = TTFont(BytesIO(font))
    substitutes = opened["GSUB"].table
    tabular = next(f for f in substitutes.FeatureList.FeatureRecord if f.FeatureTag == "tnum")
    (lookup,) = tabular.Feature.LookupListIndex
    mapping = substitutes.LookupList.Lookup[lookup].SubTable[0].mapping
    digits = [opened.getBestCmap()[ord(digit)] for digit in "0123456789"]
    assert len({opened["hmtx"][mapping[digit]][0] for digit in digits}) == 1


def test_the_licence_travels_with_the_fonts(built):
    assert "SIL Open Font License" in (built / "OFL.txt").read_text("utf-8")


@pytest.mark.parametrize(("name", "most"), [("app.css", 10), ("app.js", 6)])
def test_styles_and_scripts_are_small(built, name, most):
    packed = file_of(built, name).with_suffix(f"{file_of(built, name).suffix}.gz")
    assert packed.stat().st_size <= most * KILOBYTE


@pytest.mark.parametrize("name", ["app.css", "app.js", "icon.svg"])
def test_packed_twins_hold_the_same_bytes(built, name):
    path = file_of(built, name)
    assert gzip.decompress((built / f"{path.name}.gz").read_bytes()) == path.read_bytes()
    assert brotli.decompress((built / f"{path.name}.br").read_bytes()) == path.read_bytes()


def test_the_style_sheet_names_the_built_fonts(built):
    styles = file_of(built, "app.css").read_text("utf-8")
    assert all(f"url({file_of(built, name).name})" in styles for name in font_names())


def font_names():
    return [f"be-vietnam-pro-{weight}.woff2" for weight in fonts.WEIGHTS]


def test_the_same_sources_give_the_same_files(built, tmp_path):
    asset_build.build(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in built.iterdir()
    }


def test_a_build_removes_what_nobody_links_any_more(built):
    (built / "app.0123456789.css.gz").write_bytes(b"old")
    asset_build.build(built)
    assert not (built / "app.0123456789.css.gz").exists()


def test_addresses_are_those_of_the_manifest(built, monkeypatch):
    monkeypatch.setattr(assets, "BUILD", built)
    names = json.loads((built / "manifest.json").read_text("utf-8"))
    assert assets.url("app.css") == f"/static/build/{names['app.css']}"
    assert assets.font_urls() == [f"/static/build/{names[name]}" for name in font_names()]


def test_a_missing_build_is_made_when_first_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "BUILD", tmp_path / "build")
    assert (tmp_path / "build" / assets.url("app.js").rsplit("/", 1)[1]).exists()


def test_a_build_older_than_its_sources_is_made_again(tmp_path):
    (tmp_path / "manifest.json").write_text("{}", "utf-8")
    assets.ensure(tmp_path)
    assert assets.manifest(tmp_path) == {}
    os.utime(tmp_path / "manifest.json", (0, 0))
    assets.ensure(tmp_path)
    assert "app.css" in assets.manifest(tmp_path)


@pytest.mark.parametrize("banned", ["text-transform", "line-clamp", "uppercase"])
def test_styles_never_clip_or_capitalise_text(built, banned):
    assert banned not in file_of(built, "app.css").read_text("utf-8")
