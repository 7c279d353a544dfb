"""Every answer that says no is a page in the reader's language, with nothing technical on it."""

import pytest
from flask import Blueprint, abort
from sqlalchemy.orm.exc import StaleDataError

from app import create_app
from app.core import access
from app.core.config import Settings
from app.core.errors import ChangedMeanwhile
from tests.client import Client, read
from tests.factories import AccountFactory

pytestmark = pytest.mark.on_any_database

TITLES = {
    400: "We could not read that",
    403: "This page is not for your account",
    404: "There is no such page",
    405: "This address cannot be used like that",
    409: "This has changed meanwhile",
    413: "That is too large",
    429: "Too many attempts",
    500: "Something went wrong on our side",
    503: "We are busy",
}

troubles = Blueprint("troubles", __name__, url_prefix="/<any(vi, en):lang>/troubles")


@troubles.get("/<int:code>")
@access.public
def stop(code):
    abort(code)


@troubles.get("/stale")
@access.public
def stale():
    raise StaleDataError


@troubles.get("/refused")
@access.public
def refused():
    raise ChangedMeanwhile


@troubles.get("/broken")
@access.public
def broken():
    int("chuỗi kết nối bí mật")


@troubles.get("/staff")
@access.city_staff()
def staff():
    return ""


@pytest.fixture(scope="module")
def troubled(environment):
    """The application with views that go wrong."""
    app = create_app(Settings.from_env(environment), PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = Client
    app.register_blueprint(troubles)
    return app


@pytest.fixture
def visitor(app, troubled) -> Client:
    return troubled.test_client()


@pytest.fixture(params=["vi", "en"])
def language(request) -> str:
    return request.param


def check(page, status: int, language: str) -> None:
    assert page.html["lang"] == language
    h1 = page.h1.get_text()
    if language == "en":
        assert h1 == TITLES[status]
    else:
        assert h1 != TITLES[status]
    assert page.title.get_text().startswith(h1)
    text = page.get_text()
    for technical in ("Traceback", "sqlalchemy", "werkzeug", "Error:", "bí mật"):
        assert technical not in text
    assert page.select(f'main a[href="/{language}/courses"]')
    assert page.select_one("a.call")


def test_400_a_form_without_its_token(visitor, language):
    answer = visitor.post(f"/{language}/sign-in", data={"name": "hoa"})
    assert answer.status_code == 400
    check(read(answer), 400, language)


def test_403_a_function_of_others(visitor, language):
    visitor.sign_in(AccountFactory())
    check(visitor.page(f"/{language}/troubles/staff", 403), 403, language)


def test_404_an_address_that_does_not_exist(visitor, language):
    check(visitor.page(f"/{language}/khong-co", 404), 404, language)
    check(visitor.page(f"/{language}/courses/999999-khong-co", 404), 404, language)


def test_404_outside_the_languages_follows_the_cookie(visitor):
    check(visitor.page("/khong-co", 404), 404, "vi")
    visitor.set_cookie("lang", "en")
    check(visitor.page("/khong-co", 404), 404, "en")
    visitor.set_cookie("lang", "<script>")
    check(visitor.page("/khong-co", 404), 404, "vi")


def test_405_says_what_is_allowed(visitor, language):
    token = visitor.token()
    answer = visitor.post(f"/{language}/courses", data={"csrf_token": token})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    check(read(answer), 405, language)


@pytest.mark.parametrize("way", ["stale", "refused", "409"])
def test_409_somebody_else_was_faster(visitor, language, way):
    check(visitor.page(f"/{language}/troubles/{way}", 409), 409, language)


def test_413_more_than_anybody_types(visitor, language):
    data = {"csrf_token": visitor.token(), "name": "x" * 3_000_000}
    answer = visitor.post(f"/{language}/sign-in", data=data)
    assert answer.status_code == 413
    check(read(answer), 413, language)


def test_422_a_form_that_cannot_be_taken(visitor, language):
    answer = visitor.send(f"/{language}/sign-in", {"name": "", "password": ""}, 422)
    page = read(answer)
    assert page.html["lang"] == language
    assert page.title.get_text().startswith("Error: " if language == "en" else "Lỗi: ")


def test_429_says_when_to_come_back(visitor, language):
    account = AccountFactory()
    for _ in range(40):
        answer = visitor.post(
            f"/{language}/sign-in",
            data={"csrf_token": visitor.token(), "name": account.email, "password": "sai"},
        )
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert read(answer).html["lang"] == language
    check(visitor.page(f"/{language}/troubles/429", 429), 429, language)


def test_500_tells_the_log_and_not_the_reader(visitor, language, caplog):
    check(visitor.page(f"/{language}/troubles/broken", 500), 500, language)
    assert "chuỗi kết nối bí mật" in caplog.text


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_503_the_database_is_away(app, environment, tmp_path, language, database):
    urls = {
        "sqlite": f"sqlite:///{tmp_path}/nowhere/app.db",
        "postgresql": f"postgresql://phohoc@/phohoc?host={tmp_path}",
    }
    settings = Settings.from_env(environment | {"DATABASE_URL": urls[database]})
    away = create_app(settings, PROPAGATE_EXCEPTIONS=False)
    visitor = Client(away, away.response_class)
    answer = visitor.get(f"/{language}/courses/1-tin-hoc")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    check(read(answer), 503, language)
    visitor.set_cookie("session", "x")
    check(read(visitor.get(f"/{language}/courses/1-tin-hoc")), 503, language)
    assert visitor.get("/readyz").status_code == 503
    assert visitor.get("/healthz").status_code == 200


@pytest.mark.parametrize("status", [410, 415, 418, 501])
def test_every_other_status_has_a_page_too(visitor, language, status):
    page = visitor.page(f"/{language}/troubles/{status}", status)
    assert page.html["lang"] == language


def test_health_and_readiness_are_told_apart(client):
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz").json
    assert ready == {"status": "ok", "search": {"jobs_waiting": 0, "oldest_seconds": 0}}
    assert client.get("/metrics").text.splitlines()[1::2] == [
        "phohoc_search_jobs_waiting 0",
        "phohoc_search_oldest_seconds 0",
    ]
