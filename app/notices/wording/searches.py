"""What is new to a question somebody keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.formats import short_date
from app.core.i18n import gettext, ngettext
from app.notices.wording.base import Words, address, compose, fitted, unlinked
from app.search.saved.replay import Item

MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutSearch:
    """What letters say of one kept question.

    `name` is what its reader calls it, `url` the page of its results. `page` is short enough for a
    text: of a kept question the page that also ends its letters.
    """

    name: str
    items: Sequence[Item]
    url: str
    page: str


def news(about: AboutSearch) -> Words:
    """Everything new, with the way to each, to all results, and to hear no more of it."""
    name, count = unlinked(about.name), len(about.items)
    subject = ngettext("%(num)s new result: %(name)s", "%(num)s new results: %(name)s",
                       count, name=name)  # fmt: skip
    opening = ngettext(
        "New since our last letter for your search “%(name)s”: %(num)s result.",
        "New since our last letter for your search “%(name)s”: %(num)s results.",
        count, name=name,
    )  # fmt: skip
    stop = gettext("No more letters for this search: %(url)s", url=about.page)
    both = gettext("See it or stop: %(url)s", url=about.page)
    return _told(about, subject, opening, stop, both)


def first(about: AboutSearch) -> Words:
    """To whoever asked to be told once, as soon as there is something."""
    name = unlinked(about.name)
    subject = gettext("Now there is one: %(name)s", name=name)
    opening = gettext("Now there is something for “%(name)s”.", name=name)
    once = gettext("You asked us to tell you; we do so once.")
    way = gettext("See it: %(url)s", url=about.page)
    return _told(about, subject, opening, once, f"{way} {once}")


def _told(about: AboutSearch, subject: str, opening: str, last: str, ending: str) -> Words:
    """`last` is the last line of the letter, `ending` of the text."""
    listed = [_line(item) for item in about.items[:MOST_NAMED]]
    rest = len(about.items) - len(listed)
    more = [gettext("and %(count)s more", count=rest)] if rest else []
    way = gettext("See all results: %(url)s", url=about.url)
    letter = compose(subject, [opening, *listed, *more, way, last])
    title = about.items[0].title.text()
    text = fitted(f"{opening} {title}. {ending}", [title, unlinked(about.name)])
    return Words(letter.subject, letter.letter, text)


def _line(item: Item) -> str:
    """A course or resource as a paragraph: what, who, when and where, and its address."""
    when = gettext("from %(day)s", day=short_date(item.starts_on)) if item.starts_on else ""
    about = [item.provider.text(), when, item.ward.text() if item.ward else ""]
    facts = " · ".join(part for part in about if part)
    return f"- {item.title.text()}\n  {facts}\n  {address(*item.path)}"
