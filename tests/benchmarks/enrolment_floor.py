"""The least a web server can do for a form: its address, session, token, fields and a redirect.

One page of Flask under the same server, with as many workers and threads, as the product has. It
knows no rule and no text in two languages. Where `FLOOR_ROWS` names a file, it also writes the rows
of one enrolment, see `enrolment_rows`.
"""

import os
import pickle
import sqlite3
from pathlib import Path
from threading import local
from typing import Any

import psycopg
from flask import Flask, Response, redirect, render_template_string, session
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from tests.benchmarks import enrolment_bare as bare

_PAGE = '<form method="post"><input name="csrf_token" value="{{ csrf_token() }}"></form>'
_rows: Any = None
_mine = local()


class Form(FlaskForm):
    """The questions of the product's form, as plainly as the library asks them."""

    class Meta(FlaskForm.Meta):
        csrf = False  # checked before the view, as everywhere

    full_name = StringField(validators=[InputRequired(), Length(max=200)])
    phone = StringField(validators=[InputRequired(), Regexp(r"^0\d{9}$")])
    birth_year = StringField(name="birth-year", validators=[InputRequired(), Regexp(r"^\d{4}$")])
    ward = StringField(validators=[InputRequired(), Length(max=100)])
    sex = RadioField(choices=[("female", ""), ("male", "")], validators=[InputRequired()])
    form_key = HiddenField()


app = Flask(__name__)
app.config["SECRET_KEY"] = os.environ.get("SECRET_KEY", "")
CSRFProtect(app)
if "FLOOR_ROWS" in os.environ:
    _rows = pickle.loads(Path(os.environ["FLOOR_ROWS"]).read_bytes())  # noqa: S301 - our own


@app.get("/readyz")
def ready() -> str:
    return "ready"


@app.get("/vi/runs/<int:run_id>/enrol")
def ask(run_id: int) -> str:
    return render_template_string(_PAGE, run_id=run_id)


@app.post("/vi/runs/<int:run_id>/enrol")
def take(run_id: int) -> Response | tuple[str, int]:
    form = Form()
    if not form.validate_on_submit():
        return str(form.errors), 422
    if _rows is not None:
        _rows(_connection(), run_id, 0)
    session["places"] = [form.form_key.data]
    return redirect(f"/vi/places/{form.form_key.data}", 303)


def _connection() -> sqlite3.Connection | psycopg.Connection[Any]:
    if not hasattr(_mine, "connection"):
        _mine.connection = bare.connect(os.environ["DATABASE_URL"])
    return _mine.connection
