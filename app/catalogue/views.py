"""Pages for residents: a course, and a provider with its courses."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import policy, queries
from app.catalogue.cards import course_slug
from app.catalogue.models import Course
from app.catalogue.structured import structured
from app.catalogue.words import STATUS
from app.core import access
from app.core.access import Actor
from app.core.i18n import localised
from app.core.paging import page_of
from app.providers import policy as providers_policy
from app.providers import queries as providers
from app.providers.standing import queries as standing

bp = localised("catalogue", __name__)
CARDS_PER_PAGE = 10


@bp.get("/courses/<id:course_id>", defaults={"slug": ""})
@bp.get("/courses/<id:course_id>-<slug>")
@access.public
def course(course_id: int, slug: str) -> Response | str:
    """Everything about a course; the words in its address are decoration."""
    found = access.load(Course, course_id, _may_come, *queries.COURSE_PAGE)
    if found.merged_into_id is not None:
        return redirect(url_for("catalogue.course", course_id=found.merged_into_id), 301)
    if slug != course_slug(found):
        right = url_for("catalogue.course", course_id=course_id, slug=course_slug(found))
        query = request.query_string.decode("utf-8", "replace")
        return redirect(f"{right}?{query}" if query else right, 301)
    runs = queries.course_page(course_id)
    return render_template(
        "catalogue/course.html",
        course=found,
        runs=runs,
        status=STATUS[found.status],
        structured=structured(found, runs),
    )


def _may_come(actor: Actor, course: Course) -> bool:
    """Also to one that became part of another: its address leads there."""
    return course.merged_into_id is not None or policy.view(actor, course)


@bp.get("/providers/<slug>")
@access.public
def provider(slug: str) -> Response | str:
    """Who teaches, where, and what can be joined there; a merged one leads to its successor."""
    found = providers.by_slug(slug)
    if found is None or not providers_policy.view(access.actor(), found):
        abort(404)
    heir = standing.successor_of(found)
    if heir is not None:
        return redirect(url_for("catalogue.provider", slug=heir.slug), 301)
    page = page_of(
        queries.newest_of(found.id),
        request.args.get("page", 1, type=int),
        lambda number: url_for("catalogue.provider", slug=slug, page=number),
        CARDS_PER_PAGE,
    )
    return render_template(
        "catalogue/provider.html",
        provider=found,
        venues=providers.venues(found.id),
        page=page,
        cards=queries.cards(page.items),
        joined=standing.joined(found.id),
    )
