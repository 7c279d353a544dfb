"""People without an account who fill in the form, each in a browser and from an address of theirs.

Some of them lose the answer, and all of them send the same form again until they see their place.
"""

import re
import time
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

_BOX = re.compile(r"<input\b[^>]*>")
_PATIENCE = 150
_PLACE = re.compile(r"/places/([^/?]+)")


@dataclass
class Browser:
    """One person's browser."""

    number: int
    port: int
    run_id: int
    loses_the_answer: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)
    sent: int = 0
    lost: set[str] = field(default_factory=set)
    line: HTTPConnection | None = None

    @property
    def phone(self) -> str:
        return f"+8490{self.number:07}"

    @property
    def full_name(self) -> str:
        return f"Nguyễn Thị Số {self.number}"

    def fill_in(self) -> None:
        """Open the form, write, and come to the page on which everything is checked."""
        form = f"/vi/runs/{self.run_id}/enrol"
        self._read(form)
        details = {
            "full_name": self.full_name, "phone": self.phone, "sex": "female", "outside": "1",
            "birth-day": "4", "birth-month": "5", "birth-year": "1960", "step": "check",
        }  # fmt: skip
        status, where, _page = self._ask("POST", form, {**self.boxes, **details})
        assert status == 303, (status, _page[:3000])
        self._read(where)
        assert self.boxes["phone"], self.boxes

    def send(self) -> str:
        """Send it until the place is shown; its code."""
        form, until = f"/vi/runs/{self.run_id}/enrol", time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            self.sent += 1
            try:
                wish = self.boxes.get("queue", "")
                if self.loses_the_answer and wish not in self.lost:
                    self.lost.add(wish)
                    self._lose_the_answer(form)
                status, where, page = self._ask("POST", form, {**self.boxes, "step": "send"})
            except (OSError, HTTPException):  # the server was killed
                self._hang_up()
                time.sleep(0.1)
                continue
            if status == 303 and (found := _PLACE.search(where)):
                self._hang_up()
                return found[1]
            if status == 503:  # too busy: the page says to try again
                time.sleep(0.5)
            elif status != 409 or not self._may_wait(page):
                break
        self._hang_up()
        return "no place"

    def _may_wait(self, page: str) -> bool:
        """The last seat went, and the button offers the queue."""
        before, self.boxes = self.boxes, _boxes(page)
        return before.get("queue") != "1" == self.boxes.get("queue")

    def _lose_the_answer(self, form: str) -> None:
        """Half of these hang up before it comes, half do not read it."""
        self._start("POST", form, {**self.boxes, "step": "send"})
        if self.number % 2:
            self.line.getresponse().read()
        self._hang_up()

    def _read(self, url: str) -> None:
        status, _where, page = self._ask("GET", url)
        assert status == 200, (status, url)
        self.boxes = _boxes(page)

    def _ask(self, method: str, url: str, data: dict[str, str] | None = None):
        self._start(method, url, data)
        answer = self.line.getresponse()
        page = answer.read().decode()
        for each in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = each.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), page

    def _start(self, method: str, url: str, data: dict[str, str] | None = None) -> None:
        if self.line is None:
            address = f"127.1.{self.number // 250}.{self.number % 250 + 1}"
            self.line = HTTPConnection(
                "127.0.0.1", self.port, timeout=_PATIENCE, source_address=(address, 0)
            )
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if data is not None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, url, urlencode(data).encode() if data else None, head)

    def _hang_up(self) -> None:
        if self.line:
            self.line.close()
        self.line = None


def _boxes(page: str) -> dict[str, str]:
    """What the hidden boxes of the page would send."""
    found = {}
    for box in _BOX.findall(page):
        name, value = (re.search(rf'\b{word}="([^"]*)"', box) for word in ("name", "value"))
        if 'type="hidden"' in box and name:
            found[name[1]] = unescape(value[1]) if value else ""
    return found
