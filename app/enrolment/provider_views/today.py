"""What is to do on a working day."""

from datetime import timedelta

from flask import render_template

from app.core import access, clock
from app.enrolment import queries, substitutes, todo
from app.enrolment.provider_views.blueprint import bp, phone_key

LOOKS_BACK = timedelta(days=14)


@bp.get("/today")
@access.provider_staff(access.ATTENDING)
def today(slug: str) -> str:
    """The classes of the day, and registers nobody took in the last two weeks.

    A substitute sees the sessions they are named for or teach, also those of the days to come.
    """
    day, may_teach = clock.today(), access.teaches(slug)
    last = day if may_teach else day + LOOKS_BACK
    found = queries.meetings(access.here(slug).provider_id, day - LOOKS_BACK, last)
    mine = substitutes.named_for(access.actor().account_id, [each.session.id for each in found])
    if not may_teach:
        found = [each for each in found if each.session.id in mine]
    found.sort(key=lambda each: each.session.id not in mine)  # one's own first, then by time
    now = [each for each in found if clock.local(each.session.starts_at).date() == day]
    missing = [each for each in found if each not in now and each.lacks_register]
    here = access.here(slug)
    may_edit = here.role in access.EDITING
    begins = may_edit and not found and not todo.has_courses(here.provider_id)
    meeting = {each.session.run_id for each in now if not each.is_cancelled}
    return render_template(
        "enrolment/today.html",
        slug=slug,
        day=day,
        now=now,
        missing=missing,
        coming=[each for each in found if clock.local(each.session.starts_at).date() > day],
        mine=mine,
        may_teach=may_teach,
        account=phone_key(),
        begins=begins,
        tasks=todo.tasks(here.provider_id, meeting) if may_edit else None,
    )
