"""A test client that reads pages strictly and carries tokens as a browser does."""

import contextvars
from typing import Any

import html5lib
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.db import db

PASSWORD = "bốn mươi con mèo"


class Client(FlaskClient):
    """Every request runs in a context of its own, so nothing of the test leaks into it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if db.session().in_transaction():
            db.session.rollback()
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        return answer

    def page(self, url: str, status: int = 200, **kwargs: Any) -> BeautifulSoup:
        """GET a page and read it strictly: valid HTML, one h1, unique ids, tokens in forms."""
        answer = self.get(url, **kwargs)
        assert answer.status_code == status, (
            f"{answer.status_code} {answer.headers.get('Location', '')}"
        )
        return read(answer)

    def send(
        self, url: str, data: Any = None, status: int = 303, page: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """POST with the token of `page` (the form's own page when not given)."""
        answer = self.post(
            url, data={"csrf_token": self.token(page or url), **(data or {})}, **kwargs
        )
        assert answer.status_code == status, answer.status_code
        return answer

    def token(self, page: str = "/vi/sign-in") -> str:
        """The token of this browser, from any page with a form."""
        for url in (page, "/vi/sign-in"):
            answer = self.get(url)
            if answer.status_code < 400 and answer.mimetype == "text/html":
                found = BeautifulSoup(answer.data, "html5lib").select_one("input[name=csrf_token]")
                if found:
                    return str(found["value"])
        message = f"no token on {page}"
        raise AssertionError(message)

    def sign_in(self, account: Any, password: str = PASSWORD) -> "Client":
        """Sign in as this account made by AccountFactory."""
        name = account.email or account.phone
        self.send("/vi/sign-in", {"name": name, "password": password})
        return self


def read(answer: TestResponse) -> BeautifulSoup:
    html = answer.get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(html)
    page = BeautifulSoup(html, "html5lib")
    assert len(page.select("h1")) == 1
    assert page.html is not None
    assert page.html["lang"] in ("vi", "en")
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids)), "ids are not unique"
    assert "<built-in" not in html
    assert "&lt;built-in" not in html
    for form in page.select("form[method=post]"):
        assert form.select("input[name=csrf_token]"), "a form without a token"
    return page
