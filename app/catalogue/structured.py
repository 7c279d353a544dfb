"""A course in the words of schema.org, for search engines."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from app.catalogue.cards import course_slug
from app.catalogue.models import Course, Mode, RunStatus
from app.catalogue.run_view import RunView
from app.core import clock
from app.core.web import absolute

_MODES = {
    Mode.IN_PERSON: "onsite",
    Mode.ONLINE: "online",
    Mode.BLENDED: "blended",
    Mode.SELF_PACED: "online",
}


def structured(course: Course, runs: Sequence[RunView]) -> dict[str, Any]:
    """What the page says, as a schema.org Course."""
    url = url_for("catalogue.course", course_id=course.id, slug=course_slug(course))
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "name": course.title.text(),
        "description": course.summary.text() or course.title.text(),
        "inLanguage": course.title.language(),
        "url": absolute(url),
        "provider": {"@type": "Organization", "name": course.provider.name.text()},
        "hasCourseInstance": [
            _instance(view) for view in runs if view.run.status is RunStatus.PLANNED
        ],
    }


def _instance(view: RunView) -> dict[str, Any]:
    run = view.run
    held = sum(session.minutes for session in view.sessions)
    instance: dict[str, Any] = {
        "@type": "CourseInstance",
        "courseMode": _MODES[run.mode],
        "startDate": run.starts_on.isoformat(),
        "endDate": run.ends_on.isoformat(),
        "inLanguage": run.language,
        "courseWorkload": f"PT{held}M",
        "offers": {
            "@type": "Offer",
            "price": run.fee,
            "priceCurrency": "VND",
            "category": _fee(run.fee),
        },
    }
    if run.venue is not None:
        address = ", ".join(filter(None, (run.venue.address, run.venue.unit.full_name.text())))
        instance["location"] = {"@type": "Place", "name": run.venue.name.text(), "address": address}
    if run.mode is Mode.SELF_PACED and not view.sessions:
        for unknown in ("startDate", "endDate", "courseWorkload"):
            del instance[unknown]
    if view.sessions:
        instance["startDate"] = clock.local(view.sessions[0].starts_at).isoformat()
    return instance


def _fee(fee: int) -> str:
    return "Paid" if fee else "Free"
