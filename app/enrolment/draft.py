"""What was typed for one class and not yet sent.

Kept for a while in this browser alone, so that Back, a reload or the other language lose nothing.
"""

from datetime import timedelta

from flask import request, session
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.enrolment.forms import EnrolForm

KEPT = timedelta(minutes=30)
_COOKIE = "draft"
_LONGEST = {
    "full_name": 120,
    "phone": 40,
    "birth-day": 20,
    "birth-month": 20,
    "birth-year": 20,
    "ward": 100,
    "ward_code": 20,
    "outside": 20,
    "sex": 20,
    "form_key": 60,
    "queue": 1,
}


def keep(run_id: int) -> None:
    """Keep what this request sent."""
    typed = {name: request.form.get(name, "")[:most] for name, most in _LONGEST.items()}
    session[_COOKIE] = {"run": run_id, "at": clock.now().timestamp(), "typed": typed}


def form(run_id: int) -> EnrolForm | None:
    """What was typed for this class, not yet checked."""
    kept = session.get(_COOKIE)
    if kept and clock.now().timestamp() - kept["at"] > KEPT.total_seconds():
        forget()
        return None
    if not kept or kept["run"] != run_id:
        return None
    return EnrolForm(formdata=MultiDict(kept["typed"]), meta={"csrf": False})


def forget() -> None:
    session.pop(_COOKIE, None)
