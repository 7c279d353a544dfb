"""What administrators see of work that waits or fails."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.core import access, jobs
from app.core.access import CityRole
from app.core.i18n import gettext, localised
from app.core.web import see_other
from app.notices import queries

bp = localised("notices", __name__, "/staff")


@bp.get("/jobs")
@access.city_staff(CityRole.ADMINISTRATOR)
def waiting() -> str:
    """Jobs that failed, messages that were not sent."""
    return render_template(
        "notices/jobs.html",
        failing=jobs.failing(),
        waiting=jobs.waiting(),
        unsent=[(message, queries.masked(message.to)) for message in queries.unsent()],
        count_unsent=queries.count_unsent(),
    )


@bp.post("/jobs/<id:job_id>/again")
@access.city_staff(CityRole.ADMINISTRATOR)
def try_again(job_id: int) -> Response:
    """The job is due at once, however often it failed."""
    jobs.retry(job_id)
    flash(gettext("The job will run again within a minute."), "success")
    return see_other("notices.waiting")
