"""Pages of city staff: days on which no class is planned anywhere."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from app.catalogue import operations
from app.catalogue.calendar_days import days_of
from app.catalogue.plan_forms import DayForm
from app.catalogue.provider_views.places import add_days, coming_holidays
from app.core import access, clock
from app.core.access import CityRole
from app.core.i18n import gettext, localised
from app.core.web import see_other

bp = localised("calendar_staff", __name__, "/staff/calendar")


@bp.route("", methods=["GET", "POST"])
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def calendar() -> Response | tuple[str, int]:
    """Public holidays, and what the city says about days."""
    form = DayForm()
    if form.accepted(lambda: add_days(None, form)):
        flash(gettext("Saved."), "success")
        return see_other("calendar_staff.calendar")
    page = render_template(
        "catalogue/staff_calendar.html",
        form=form,
        city=days_of(None, clock.today()),
        public=coming_holidays(),
    )
    return page, form.status


@bp.post("/<id:day_id>/remove")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def remove_day(day_id: int) -> Response:
    """Take back what was said about a day."""
    operations.remove_day(None, day_id, access.actor().account_id)
    return see_other("calendar_staff.calendar")
