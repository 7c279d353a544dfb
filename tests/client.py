"""A test client that reads pages strictly and carries tokens as a browser does."""

import contextvars
import re
from typing import Any

import html5lib
from bs4 import BeautifulSoup
from bs4.builder import HTML5TreeBuilder
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import SignInMethod
from app.accounts.operations import begin_session
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
                found = _TOKEN.search(answer.get_data(as_text=True))
                if found:
                    return found[1]
        message = f"no token on {page}"
        raise AssertionError(message)

    def sign_in(self, account: Any) -> "Client":
        """Begin a session of this account's, as every way in does in the end."""
        db.session.rollback()
        token = begin_session(account.id, SignInMethod.PASSWORD, "")
        with self.session_transaction() as held:
            held.clear()
            held.update(_user_id=token, _fresh=True)
        return self

    def sign_in_with_password(self, account: Any, password: str = PASSWORD) -> "Client":
        """Sign in on the page, as this account made by AccountFactory."""
        name = account.email or account.phone
        self.send("/vi/sign-in", {"name": name, "password": password})
        return self


_TOKEN = re.compile(r'<input[^>]* name="csrf_token"[^>]* value="([^"]+)"')


class _Strict(HTML5TreeBuilder):
    """As every HTML5 parser reads it; the first mistake is an error."""

    def feed(self, markup: Any) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder, strict=True)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.underlying_builder.parser = None


def read(answer: TestResponse) -> BeautifulSoup:
    html = answer.get_data(as_text=True)
    page = BeautifulSoup(html, builder=_Strict())
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
