"""Every kind of letter, made from an invented example: for staff to read, and for tests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any

from app.accounts.contacts import ContactKind
from app.accounts.events import WayInChange
from app.accounts.models import CodePurpose
from app.core import clock
from app.core.i18n import LANGUAGES, Bilingual, speaking
from app.core.i18n import lazy as _
from app.core.tokens import token
from app.enrolment.feedback.questions import FEEDBACK
from app.notices import sign_in_words
from app.notices.reminders import STOP
from app.notices.wording import (
    About,
    Held,
    Moved,
    Words,
    endings,
    groups,
    places,
    returns,
    runs,
    searches,
)
from app.notices.wording.base import address
from app.participation import periods
from app.search.saved.operations import STOP as STOP_SEARCH
from app.search.saved.replay import Item

_INVENTED = Bilingual("Tin học cơ bản cho người lớn tuổi", "Basic computing for older people")
_HERE = Bilingual("Nhà văn hóa khu phố 3", "Neighbourhood house 3")
_THERE = Bilingual("Trung tâm học tập cộng đồng", "Community learning centre")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Somebody who does not exist, in a class."""

    title: Bilingual = _INVENTED
    name: str = ""  # of a child, when its parent reads
    people: Sequence[str] = ("Nguyễn Thị Lan", "Nguyễn Văn Minh")
    reason: str = "Lớp này dành cho người từ 60 tuổi"
    remark: str = "Số người học ít hơn số trong sổ điểm danh"
    organisation: str = "Trường Tiểu học Mẫu"
    here: Bilingual = _HERE
    there: Bilingual = _THERE
    street: str = "12 Nguyễn Huệ"
    sessions: int = 2  # that are moved, or come tomorrow
    code: str = "MAU0000001"

    def about(self, **more: Any) -> About:
        day = clock.today() + timedelta(days=10)
        first = clock.at(day, time(18, 30))
        common = About(
            title=self.title, starts_on=day, first=first, code=self.code, name=self.name,
            course_id=123456,
        )  # fmt: skip
        return replace(common, **more)

    def group(self) -> About:
        return self.about(where="groups", name="")

    def moves(self) -> list[Moved]:
        """Each session a day later, at another place."""
        return [
            Moved(self._held(at, self.here), self._held(at + 1, self.there))
            for at in range(10, 10 + 7 * self.sessions, 7)
        ]

    def tomorrow(self) -> list[runs.ClassTomorrow]:
        return [
            runs.ClassTomorrow(self.title, self._held(1, self.here, 45 * at), self.name)
            for at in range(self.sessions)
        ]

    def party(self, line: int = 0) -> list[About]:
        return [
            replace(self.about(line=line and line + at), name=name, code=f"MAU{at:07}")
            for at, name in enumerate(self.people)
        ]

    def _held(self, days: int, venue: Bilingual, later: int = 0) -> Held:
        day = clock.today() + timedelta(days=days)
        begins = clock.at(day, time(18, 30)) + timedelta(minutes=later)
        return Held(begins, begins + timedelta(hours=2), venue, self.street)


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of news: what staff call it, and its words."""

    code: str
    label: str
    write: Callable[[Example], Words]


@dataclass(frozen=True, slots=True)
class Preview:
    """One kind of letter in one language."""

    language: str
    words: Words


def previews(kind: Kind, example: Example) -> list[Preview]:
    """The same letter in every language."""
    found = []
    for language in LANGUAGES:
        with speaking(language):
            found.append(Preview(language, kind.write(example)))
    return found


def _offer(example: Example) -> Words:
    evening = clock.at(clock.today() + timedelta(days=2), time(20))
    return places.offered(example.about(until=evening))


def _sent_back(example: Example) -> Words:
    today = clock.today()
    about = returns.AboutReturn(
        party=_THERE, period=periods.usual(today)[0].label, remark=example.remark,
        due_on=today + timedelta(days=10), path=("provider", "mau", "returns", "2026-H1"),
    )  # fmt: skip
    return returns.sent_back(about)


def _reminder(example: Example) -> Words:
    day = clock.today() + timedelta(days=1)
    stop = address("reminders", token(STOP, 0))
    return runs.reminder(day, example.tomorrow(), stop)


def _asked(example: Example) -> Words:
    url = address("feedback", token(FEEDBACK, 0))
    return endings.feedback(example.about(), url, clock.today() + timedelta(days=20))


def _search_news(example: Example) -> Words:
    return searches.news(_about_search(example))


def _about_search(example: Example) -> searches.AboutSearch:
    starts_on = clock.today() + timedelta(days=10)
    item = Item(("run-0",), example.title, example.there, ("courses", "123456"), starts_on)
    return searches.AboutSearch(
        name="tin học · Buổi tối", items=[item], url=f"{address('courses')}?q=tin",
        page=address("saved-searches", token(STOP_SEARCH, 0)),
    )  # fmt: skip


def _written_by_a_provider(example: Example) -> Words:
    words = ("Mang theo thẻ", "Buổi tới bạn nhớ mang theo thẻ thư viện.")  # in its own language
    return runs.from_provider(example.here, *words, example.about())


def _session_off(example: Example) -> Words:
    off, coming = (move.was.starts_at for move in replace(example, sessions=2).moves())
    return runs.session_cancelled(example.about(first=coming), off)


OF_PLACES: tuple[Kind, ...] = (
    Kind("enrolled", _("Place taken"), lambda e: places.enrolled(e.about())),
    Kind("waiting", _("On the waiting list"), lambda e: places.waiting(e.about(line=7))),
    Kind("pending", _("The provider answers first"), lambda e: places.pending(e.about())),
    Kind("party", _("Several people of one form"), lambda e: places.party(e.party())),
    Kind(
        "party-waiting", _("Several people on the waiting list"),
        lambda e: places.party(e.party(line=7)),
    ),
    Kind(
        "party-pending", _("Several people, the provider answers first"),
        lambda e: places.pending_party(e.party()),
    ),
    Kind("approved", _("Accepted by the provider"), lambda e: places.approved(e.about())),
    Kind(
        "refused", _("Not accepted by the provider"),
        lambda e: places.refused(e.about(reason=e.reason)),
    ),
    Kind("offered", _("A seat is offered"), _offer),
    Kind("seated", _("The offered seat was taken"), lambda e: places.seated(e.about())),
    Kind("declined", _("The offered seat was declined"), lambda e: places.declined(e.about())),
    Kind("lapsed", _("Nobody answered the offer"), lambda e: places.lapsed(e.about())),
    Kind("given-up", _("Place given up"), lambda e: places.given_up(e.about())),
    Kind("moved", _("Moved to another class"), lambda e: places.moved(e.about())),
    Kind(
        "moved-pending", _("Moved to another class, the provider answers first"),
        lambda e: places.moved(e.about(), asks=True),
    ),
    Kind(
        "ended", _("Place ended by the provider"), lambda e: places.ended(e.about(reason=e.reason))
    ),
    Kind("completed", _("Class completed"), lambda e: places.completed(e.about())),
    Kind(
        "not-completed", _("Class not completed"),
        lambda e: places.not_completed(e.about(reason=e.reason)),
    ),
    Kind("paid", _("Fee paid"), lambda e: places.fee_settled(e.about(), paid=True)),
    Kind("waived", _("Fee waived"), lambda e: places.fee_settled(e.about(), paid=False)),
)  # fmt: skip
OF_RUNS: tuple[Kind, ...] = (
    Kind("reminder", _("Reminder the evening before"), _reminder),
    Kind("session-cancelled", _("One class cancelled"), _session_off),
    Kind("cancelled", _("The whole course cancelled"), lambda e: runs.run_cancelled(e.about())),
    Kind(
        "new-hours", _("Classes moved"),
        lambda e: runs.sessions_moved(e.about(), runs.Change.TIMES, e.moves()),
    ),
    Kind(
        "new-place", _("Classes at another place"),
        lambda e: runs.sessions_moved(e.about(), runs.Change.PLACE, e.moves()),
    ),
    Kind(
        "place-changed", _("Another place, without fixed hours"),
        lambda e: runs.place_changed(e.about(), e.moves()[0].now),
    ),
    Kind("goes-ahead", _("The class takes place"), lambda e: runs.goes_ahead(e.about())),
    Kind("from-provider", _("What a provider writes to a class"), _written_by_a_provider),
    Kind(
        "seat-free", _("A seat is free for anybody"),
        lambda e: runs.seat_free(e.about(code="", name="")),
    ),
)  # fmt: skip
OF_ENDINGS: tuple[Kind, ...] = (
    Kind("certificate", _("Certificate issued"), lambda e: endings.certificate(e.about())),
    Kind(
        "certificate-anew", _("Certificate issued anew"),
        lambda e: endings.new_certificate(e.about()),
    ),
    Kind(
        "certificate-revoked", _("Certificate revoked"),
        lambda e: endings.revoked(e.about(), e.reason),
    ),
    Kind("feedback", _("Asked about the class"), _asked),
)  # fmt: skip
OF_GROUPS: tuple[Kind, ...] = (
    Kind(
        "group-booked", _("Group booked"),
        lambda e: groups.booked(e.group(), e.organisation, 28, 2),
    ),
    Kind(
        "group-contact", _("New contact person of a group"),
        lambda e: groups.contact_changed(e.group(), e.organisation),
    ),
    Kind(
        "group-given-up", _("Group given up"),
        lambda e: groups.given_up(e.group(), e.organisation),
    ),
    Kind(
        "group-cancelled", _("Group cancelled with the class"),
        lambda e: groups.cancelled(e.group(), e.organisation),
    ),
)  # fmt: skip
OF_SEARCHES: tuple[Kind, ...] = (
    Kind("search-news", _("News of a saved search"), _search_news),
    Kind(
        "search-first", _("Something was found for somebody who waits"),
        lambda e: searches.first(_about_search(e)),
    ),
)  # fmt: skip
OF_RETURNS: tuple[Kind, ...] = (Kind("return-sent-back", _("A return is sent back"), _sent_back),)
OF_ACCOUNTS: tuple[Kind, ...] = (
    Kind("codes", _("Lost codes of places"), lambda e: places.codes(e.party())),
    Kind(
        "code", _("Code to sign in"),
        lambda _e: sign_in_words.code(CodePurpose.SIGN_IN, "123456"),
    ),
    Kind(
        "new-browser", _("A new browser signed in"),
        lambda _e: sign_in_words.signed_in_elsewhere("Firefox, Android", clock.now()),
    ),
    Kind("password", _("Password changed"), lambda _e: sign_in_words.password_changed(clock.now())),
    Kind(
        "second-factor", _("Another way to sign in"),
        lambda _e: sign_in_words.way_in_changed(WayInChange.SECOND_FACTOR_SET, clock.now()),
    ),
    Kind(
        "contact-changed", _("Phone or e-mail changed"),
        lambda _e: sign_in_words.contact_changed(ContactKind.PHONE, clock.now()),
    ),
    Kind(
        "pages-viewed", _("Support looked at somebody's pages"),
        lambda _e: sign_in_words.pages_viewed(clock.now()),
    ),
)  # fmt: skip
SUBJECTS: tuple[tuple[str, tuple[Kind, ...]], ...] = (
    (_("Places in classes"), OF_PLACES),
    (_("Classes"), OF_RUNS),
    (_("After a class"), OF_ENDINGS),
    (_("Groups that come together"), OF_GROUPS),
    (_("Saved searches"), OF_SEARCHES),
    (_("Returns"), OF_RETURNS),
    (_("Accounts"), OF_ACCOUNTS),
)
