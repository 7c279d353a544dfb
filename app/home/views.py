"""Pages that join features: front page, ward pages, help, the way to one's own workplace."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.rights import purposes, retention
from app.catalogue import queries as catalogue
from app.catalogue.wordlists import Kind, open_topics, term
from app.core import access, config, i18n
from app.core.access import CityRole
from app.core.i18n import lazy as _
from app.core.i18n import localised
from app.core.web import A_YEAR, DISPLAY_COOKIE, LANGUAGE_COOKIE, Display
from app.home import my_page
from app.home.data_register import facts
from app.home.forms import DisplayForm
from app.places import queries as places
from app.providers import queries as providers
from app.search import queries as search
from app.search.filters import CourseFilter
from app.search.service import engines

bp = localised("home", __name__)
root = Blueprint("root", __name__)
ON_FRONT_PAGE, ON_WARD_PAGE = 6, 20
SHORTCUTS = (
    (_("Free of charge"), {"free": "1"}),
    (_("At the weekend"), {"when": "weekend"}),
    (_("In the evening"), {"when": "evening"}),
    (_("For older people"), {"audience": "older-people"}),
)


@root.get("/")
@access.public
def index() -> Response:
    """To the language this reader chose before, else Vietnamese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, i18n.DEFAULT)
    language = chosen if chosen in i18n.LANGUAGES else i18n.DEFAULT
    answer = redirect(f"/{language}/", 302)
    answer.headers["Vary"] = "Cookie"
    return answer


@bp.get("/")
@access.public
def front() -> str:
    """What starts soon, and the ways to search."""
    soon = engines().search(
        CourseFilter(open=True, kind=("course",), sort="soonest", per_page=ON_FRONT_PAGE)
    )
    return render_template(
        "home/front.html",
        cards=catalogue.cards([hit.key for hit in soon.hits]),
        topics=open_topics(),
        counts=soon.facets.get("topic", {}),
        shortcuts=SHORTCUTS,
        total=soon.total,
    )


@bp.get("/wards/<string(length=5):code>")
@access.public
def ward(code: str) -> str:
    """What can be learned in one ward, and what it was called before."""
    unit = places.unit(code) if code.isdigit() else None
    if unit is None:
        abort(404)
    found = engines().search(CourseFilter(ward=(unit.code,), sort="soonest", per_page=ON_WARD_PAGE))
    cards = catalogue.cards([hit.key for hit in found.hits if hit.kind == "course"])
    return render_template("home/ward.html", unit=unit, cards=cards, total=found.total)


@bp.get("/subjects/<slug>")
@access.public
def subject(slug: str) -> Response | str:
    """What can be learned of one subject, what begins soonest first."""
    topic = catalogue.topic(slug)
    if topic is None:
        abort(404)
    if topic.replaced_by_id is not None:
        heir = term(Kind.TOPIC, topic.replaced_by_id) or abort(404)
        return redirect(url_for("home.subject", slug=heir.slug), 301)
    found = engines().search(
        CourseFilter(topic=(topic.slug,), sort="soonest", per_page=ON_WARD_PAGE)
    )
    items = search.cards(found.hits)
    return render_template("home/subject.html", topic=topic, items=items, total=found.total)


@bp.get("/help")
@access.public
def help_page() -> str:
    return render_template("home/help.html")


@bp.get("/privacy")
@access.public
def privacy() -> str:
    return render_template(
        "home/privacy.html",
        purposes=purposes.PURPOSES,
        rules=retention.all_rules(),
        officer=config.current().data_officer,
    )


@bp.get("/staff/data-register")
@access.city_staff(CityRole.ADMINISTRATOR)
def data_register() -> str:
    """One page to print: the facts the impact dossier asks for."""
    return render_template("home/data_register.html", **facts())


@bp.get("/accessibility")
@access.public
def accessibility() -> str:
    return render_template("home/accessibility.html")


@bp.route("/display", methods=["GET", "POST"])
@access.public
def display() -> str | Response:
    """Text size and colours, kept in a cookie of this browser."""
    form = DisplayForm(data=vars_of(Display.read(request.cookies.get(DISPLAY_COOKIE, ""))))
    if not form.submitted():
        return render_template("home/display.html", form=form)
    answer = redirect(url_for("home.display"), 303)
    chosen = f"{form.text.data}-{form.scheme.data}"
    answer.set_cookie(
        DISPLAY_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure
    )
    return answer


def vars_of(chosen: Display) -> dict[str, str]:
    return {"text": chosen.text, "scheme": chosen.scheme}


@bp.get("/staff/")
@access.city_staff(*access.CityRole)
def staff() -> str:
    """Where city staff begin."""
    return render_template("home/staff.html")


@bp.get("/provider/")
@access.signed_in
def provider() -> str | Response:
    """Where provider staff begin; those of one provider go straight to their day."""
    memberships = access.actor().memberships
    if len(memberships) == 1:
        (only,) = memberships.values()
        return redirect(url_for("enrolment_provider.today", slug=only.slug))
    return render_template("home/provider.html", providers=providers.by_ids(memberships))


@bp.get("/me")
@access.signed_in
def me() -> str | Response:
    """Everybody's own page; staff whose account has no person go to their work."""
    actor = access.actor()
    if actor.person_id is not None:
        return render_template("home/me.html", **my_page.of(actor.person_id))
    if actor.is_city_staff:
        return redirect(url_for("home.staff"))
    if actor.memberships:
        return redirect(url_for("home.provider"))
    if actor.communes:
        return redirect(url_for("indicators_commune.landing"))
    return redirect(url_for("enrolment.find_place"))
