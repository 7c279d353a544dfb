"""Certificates for everybody else: the check page without a language, and one's own paper."""

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import access, throttle
from app.core.i18n import LANGUAGES, other_language
from app.core.keys import read_code
from app.core.web import A_YEAR, LANGUAGE_COOKIE, absolute, see_other
from app.enrolment import browser
from app.enrolment.certificates import queries
from app.enrolment.certificates.content import Content, masked
from app.enrolment.certificates.models import CODE_LENGTH, Certificate
from app.enrolment.certificates.paper import readable
from app.enrolment.certificates.provider_views import printed
from app.enrolment.views.blueprint import bp

root = Blueprint("certificates", __name__, url_prefix="/x")
WRONG_ONES = 30
"""From one address in a quarter of an hour: more is guessing, not typing."""


@root.before_request
def _choose_language() -> None:
    """There is none in the address: what the reader chose before, else what the browser wants."""
    asked = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    wanted = asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES)
    g.lang = wanted or LANGUAGES[0]


@root.after_request
def _keep_out(answer: Response) -> Response:
    """Of caches and search engines."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.vary.update(("Cookie", "Accept-Language"))
    if request.args.get("lang") == g.lang:
        answer.set_cookie(
            LANGUAGE_COOKIE, g.lang, max_age=A_YEAR, samesite="Lax", secure=request.is_secure
        )
    return answer


@root.get("/")
@access.public
def find() -> str | Response:
    """For whoever has a paper and no camera."""
    typed = read_code(request.args.get("code", ""))[:CODE_LENGTH]
    if typed:
        return redirect(url_for("certificates.check", code=typed))
    return _shown("enrolment/certificates/find.html")


@root.get("/<code>")
@access.public
def check(code: str) -> str | Response:
    """Whether it is genuine and still holds; whoever guesses learns nothing, and soon has to stop.

    Raises:
        TooManyAttempts: as the name says.
    """
    here = throttle.line(request.remote_addr)
    throttle.look("certificate", here, WRONG_ONES)
    found = queries.by_code(read_code(code)) if len(code) <= 2 * CODE_LENGTH else None
    if found is None:
        throttle.check("certificate", here, WRONG_ONES)
        return make_response(_shown("enrolment/certificates/unknown.html"), 404)
    successor = None if found.is_valid else queries.successor(found)
    return _shown(
        "enrolment/certificates/check.html",
        certificate=found,
        content=Content.read(found.content),
        name=found.full_name if _is_holder(found) else masked(found.full_name),
        is_holder=_is_holder(found),
        code=readable(found.code),
        successor=successor,
    )


@bp.get("/places/<code>/certificate.pdf")
@access.public
def certificate(code: str) -> Response:
    """One's own paper, as often as one likes."""
    place = browser.place(code)
    found = queries.of_place(place.id) if place else None
    if found is None:
        return see_other("enrolment.place", code=code)
    return printed([found], found.number)


def _is_holder(found: Certificate) -> bool:
    """Who may open the place reads the whole name."""
    return browser.place(found.enrolment.code) is not None


def _shown(template: str, **values: object) -> str:
    """A page whose way to the other language stays on it."""
    here = url_for(request.endpoint or "", **(request.view_args or {}))
    in_each = {language: f"{here}?lang={language}" for language in LANGUAGES}
    return render_template(
        template,
        other_url=in_each[other_language(g.lang)],
        canonical_url=absolute(here),
        alternates={language: absolute(path) for language, path in in_each.items()},
        **values,
    )
