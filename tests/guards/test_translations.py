"""Everything people read is in Vietnamese too, completely."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

PROJECT = Path(__file__).resolve().parents[2]
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None}


def mappings() -> list[dict[str, str]]:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    return settings["tool"]["babel"]["mappings"]


def shown() -> Iterator[tuple[str, str]]:
    """Each message in the code, and where it is."""
    methods = [(each["pattern"], each["method"]) for each in mappings()]
    options = {
        each["pattern"]: {k: v for k, v in each.items() if k not in ("pattern", "method")}
        for each in mappings()
    }
    for part in ("app", "templates"):
        inside = [(p.removeprefix(f"{part}/"), m) for p, m in methods if p.startswith(part)]
        chosen = {p.removeprefix(f"{part}/"): o for p, o in options.items() if p.startswith(part)}
        for file, line, message, *_ in extract_from_dir(
            PROJECT / part, inside, chosen, keywords=KEYWORDS
        ):
            first = message if isinstance(message, str) else message[0]
            yield first, f"{part}/{file}:{line}"


@pytest.fixture(scope="module")
def vietnamese() -> Catalog:
    with (PROJECT / "translations/vi/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="vi")


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def is_done(message: Message) -> bool:
    texts = [message.string] if isinstance(message.string, str) else list(message.string)
    return bool(message.id) and bool(texts) and all(texts) and not message.fuzzy


def test_every_message_is_translated(vietnamese):
    done = {key(message) for message in vietnamese if is_done(message)}
    missing = sorted({f"{where}: {text}" for text, where in shown() if text not in done})
    assert missing == []


def test_no_translation_is_a_guess_or_left_over(vietnamese):
    in_code = {text for text, _ in shown()}
    assert [key(m) for m in vietnamese if m.id and m.fuzzy] == []
    assert [key(m) for m in vietnamese if m.id and key(m) not in in_code] == []
    assert not vietnamese.obsolete


def test_placeholders_survive(vietnamese):
    wrong = [
        (key(message), [str(each) for each in errors]) for message, errors in vietnamese.check()
    ]
    assert wrong == []


def test_vietnamese_has_one_plural_form(vietnamese):
    assert vietnamese.num_plurals == 1


def test_translations_are_plain(vietnamese):
    """No markup, no doubled blanks, the same punctuation at the end."""
    for message in vietnamese:
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        for text in texts if is_done(message) else []:
            assert "  " not in text, text
            assert text == text.strip() or key(message) != key(message).strip(), text
            if key(message)[-1:] in ".?:":
                assert text[-1:] == key(message)[-1:], (key(message), text)
