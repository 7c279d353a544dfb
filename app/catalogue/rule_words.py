"""The rules of a run in plain sentences, in the language of the page or letter."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import select

from app.accounts.forms.words import GROUPS
from app.accounts.models import PriorityGroup
from app.catalogue.fees import read_fee_groups
from app.catalogue.meetings import joined
from app.catalogue.models import Course, Mode, Run
from app.catalogue.rules import Rules, share_to_complete
from app.core.db import db
from app.core.formats import money, short_date
from app.core.i18n import Bilingual, gettext, ngettext
from app.places.models import AdminUnit, UnitLevel
from app.places.queries import in_force


def sentences(run: Run) -> list[str]:
    """Who may come and who comes first; nothing of a run for everybody."""
    rules = Rules.read(run.rules)
    return [*who(rules), *first(rules, run.enrol_from), *before(rules)]


def conditions(run: Run) -> list[str]:
    """As `sentences`, with everything else to know before one enrols."""
    return [*sentences(run), *_reduced(run), *_decided(run)]


def _reduced(run: Run) -> Iterator[str]:
    found = read_fee_groups(run.fee_groups)
    if found:
        each = [f"{group.name.text()} – {money(group.fee)}" for group in found]
        yield gettext("Reduced fee: %(groups)s.", groups="; ".join(each))
    papers = [group.name.text() for group in found if group.needs_document]
    if papers:
        yield gettext(
            "For the reduced fee show a paper at the desk: %(groups)s.", groups="; ".join(papers)
        )


def _decided(run: Run) -> Iterator[str]:
    if run.reserved:
        yield ngettext(
            "%(num)s place is kept for a group or partner.",
            "%(num)s places are kept for groups or partners.",
            run.reserved,
        )
    if run.needs_approval:
        yield gettext("The provider answers each application; your place is kept until then.")
    if run.minimum and run.decide_on:
        yield gettext(
            "The class takes place with at least %(people)s people; this is decided on %(day)s.",
            people=run.minimum, day=short_date(run.decide_on),
        )  # fmt: skip
    last = min(run.withdraw_until or run.ends_on, run.ends_on)
    yield gettext("You can give your place up until %(day)s.", day=short_date(last))
    yield completion(run)


def completion(run: Run) -> str:
    """What one has to do to have completed it."""
    share = share_to_complete(run.rules)
    if run.mode is Mode.SELF_PACED:
        return gettext("To complete it, finish at least %(share)s%% of its parts.", share=share)
    if run.ends_on == run.starts_on:
        return gettext("Whoever comes has completed it.")
    return gettext("To complete it, come to at least %(share)s%% of the sessions.", share=share)


def who(rules: Rules) -> Iterator[str]:
    """Ages and wards."""
    if rules.age_from is not None and rules.age_to is not None:
        yield gettext(
            "For people from %(first)s to %(last)s years old on the first day.",
            first=rules.age_from, last=rules.age_to,
        )  # fmt: skip
    elif rules.age_from is not None:
        yield gettext("For people of %(age)s or older on the first day.", age=rules.age_from)
    elif rules.age_to is not None:
        yield gettext("For people of %(age)s or younger on the first day.", age=rules.age_to)
    if rules.wards_only:
        yield gettext("Only for people who live in %(wards)s.", wards=wards(rules.wards))


def first(rules: Rules, opens: date) -> Iterator[str]:
    """Who comes before the others, and from when."""
    if rules.groups_from and rules.priority_groups:
        yield gettext(
            "From %(day)s for these groups: %(groups)s.",
            day=short_date(rules.groups_from), groups=groups(rules.priority_groups),
        )  # fmt: skip
    if rules.wards_from and rules.wards:
        yield gettext(
            "From %(day)s for people who live in %(wards)s.",
            day=short_date(rules.wards_from), wards=wards(rules.wards),
        )  # fmt: skip
    if rules.first_day:
        yield gettext("From %(day)s for everybody.", day=short_date(opens))
    if rules.priority_groups:
        named = groups(rules.priority_groups)
        yield gettext("First on the waiting list: %(groups)s.", groups=named)
        yield gettext("Who belongs to a group shows the paper once at our desk.")


def before(rules: Rules) -> Iterator[str]:
    """The course to have taken before."""
    if rules.requires_course_id is None:
        return
    title = course_title(rules.requires_course_id)
    if rules.binds:
        yield gettext("Only for people who have taken “%(title)s” before.", title=title)
    else:
        yield gettext("It is better to take “%(title)s” before.", title=title)


def not_yet(rules: Rules, opens: date) -> str:
    """Why somebody cannot come today, from when they can, and who is meant until then."""
    told = {"day": short_date(opens), "who": _first_ones(rules)}
    return gettext(
        "Enrolment opens for you on %(day)s. Until then it is for %(who)s. "
        "If you are one of them, sign in or call us.",
        **told,
    )


def only_wards(rules: Rules) -> str:
    return gettext(
        "This class is only for people who live in %(wards)s. "
        "Look for another class of this course, or call us.",
        wards=wards(rules.wards),
    )


def too_young(age: int) -> str:
    return gettext(
        "This class is for people of %(age)s or older on the first day. "
        "Look for a class for this age.",
        age=age,
    )


def too_old(age: int) -> str:
    return gettext(
        "This class is for people of %(age)s or younger on the first day. "
        "Look for a class for this age.",
        age=age,
    )


def course_first(rules: Rules, *, is_known: bool) -> str:
    """Which course is missing; of a visitor we do not look it up."""
    title = course_title(rules.requires_course_id)
    if is_known:
        return gettext("Take “%(title)s” first, then come back. Or call us.", title=title)
    return gettext(
        "This class is for people who have taken “%(title)s”. Sign in so that we can see it, "
        "or call us.",
        title=title,
    )


def groups(wanted: Collection[PriorityGroup]) -> str:
    """người khuyết tật và hộ nghèo."""
    return joined([str(GROUPS[group.value]).lower() for group in wanted])


def wards(codes: Collection[str]) -> str:
    """Their names today; a code that is none any more is left out."""
    named = ward_names(codes)
    return joined([named[code].text() for code in codes if code in named])


def ward_names(codes: Collection[str]) -> dict[str, Bilingual]:
    """Full names of wards in force today, by code."""
    columns = select(AdminUnit.code, AdminUnit.full_name_vi, AdminUnit.full_name_en)
    found = columns.where(
        AdminUnit.code.in_(codes), AdminUnit.level == UnitLevel.COMMUNE, in_force()
    )
    return {code: Bilingual(vi, en) for code, vi, en in db.session.execute(found)}


def course_title(course_id: int | None) -> str:
    course = db.session.get(Course, course_id) if course_id else None
    return course.title.text() if course else ""


def _first_ones(rules: Rules) -> str:
    names = []
    if rules.groups_from:
        names.append(groups(rules.priority_groups))
    if rules.wards_from:
        names.append(gettext("people who live in %(wards)s", wards=wards(rules.wards)))
    return joined(names)
