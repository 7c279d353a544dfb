"""What must not be in the repository: traces of one machine, registries, built files."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
_SPLIT = (
    ("py", "pi.org"),
    ("python", "hosted"),
    ("npm", "js."),
    ("deb.", "debian"),
    ("crates", ".io"),
)
HOSTS = tuple("".join(parts) for parts in _SPLIT)  # or this file would be found
FOLDERS = ("tmp", "work", "root", "farm", "home")
TRACES = re.compile(
    "|".join([*map(re.escape, HOSTS), rf"(?<![\w./<-])/(?:{'|'.join(FOLDERS)})/[a-z]"])
)
BUILT = re.compile(r"\.(?:ttf|woff2?|min\.js|min\.css|sqlite3?|db|pyc|mo)$|^node_modules/")
LARGEST = 400_000
CATALOGUE = 1_000_000  # every message there is, in one file by the format's nature


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (PROJECT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a working copy of git")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    paths = (PROJECT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_machine_and_no_registry_is_named(tracked):
    found = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:100]}"
        for path in tracked
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if TRACES.search(line)
    ]
    assert found == []


def test_nothing_built_and_nothing_huge_is_kept(tracked):
    names = [str(path.relative_to(PROJECT)) for path in tracked]
    assert [name for name in names if BUILT.search(name)] == []
    assert [str(path) for path in tracked if path.stat().st_size > _most(path)] == []


def _most(path: Path) -> int:
    return CATALOGUE if path.suffix == ".po" else LARGEST


def test_pins_carry_hashes_and_no_addresses():
    for name in ("requirements.txt", "requirements-dev.txt"):
        pins = (PROJECT / name).read_text("utf-8")
        assert "--index-url" not in pins
        assert "://" not in pins
        assert len(re.findall(r"^\S+==\S+ \\$", pins, re.MULTILINE)) == len(
            re.findall(r"^\S+==", pins, re.MULTILINE)
        )


def test_the_two_pin_files_agree():
    pinned = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (PROJECT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    ]
    both = pinned[0].keys() & pinned[1].keys()
    assert {name: pinned[0][name] for name in both} == {name: pinned[1][name] for name in both}
