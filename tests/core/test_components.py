"""The components of the pages: what every page that uses them may rely on."""

import html5lib
import pytest
from bs4 import BeautifulSoup
from wtforms import BooleanField, RadioField

from app.core.forms import (
    BaseForm,
    BirthField,
    PhoneField,
    ProseField,
    TextField,
    choice,
    optional,
    required,
)
from app.core.paging import Page

pytestmark = pytest.mark.on_any_database


class Sample(BaseForm):
    name = TextField("Name", [required("Enter your name.")])
    phone = PhoneField("Phone", [required("Enter your phone number.")])
    born = BirthField("Born")
    sex = RadioField(
        "Sex", [required("Choose one.")], choices=[choice("f", "Female"), choice("m", "Male")]
    )
    agree = BooleanField("I agree", [required("Tick the box.")])
    note = ProseField("Note", [optional()])


@pytest.fixture
def shown(app):
    """Render a call of a macro, as HTML that a strict parser accepts."""

    def render(macro, call, **names):
        name = call.partition("(")[0]
        source = f'{{% from "components/{macro}.html" import {name} %}}{{{{ {call} }}}}'
        html = app.jinja_env.from_string(source).render(**names)
        html5lib.HTMLParser(strict=True).parseFragment(html)
        return BeautifulSoup(html, "html5lib").body

    with app.test_request_context("/vi/", method="POST"):
        yield render


@pytest.fixture
def wrong(shown):
    form = Sample(meta={"csrf": False})
    form.validate()
    return form


def controls(shown, form):
    fields = [
        shown("field", "field(input)", input=form[name]) for name in ("name", "phone", "note")
    ]
    birth = shown("date_field", "date_field(input)", input=form.born)
    sex = shown("radios", "radios(input)", input=form.sex)
    return [*fields, birth, sex, shown("checkbox", "checkbox(input)", input=form.agree)]


def test_each_error_is_said_twice_with_the_same_words_and_leads_to_its_field(shown, wrong):
    body = controls(shown, wrong)
    links = shown("error_summary", "error_summary(form)", form=wrong).select("a")
    assert len(links) == 5
    for link in links:
        assert [part for part in body if part.select_one(link["href"])], link["href"]
    said = [error.text for part in body for error in part.select(".error")]
    assert [link.text for link in links] == said


def test_a_wrong_field_is_tied_to_its_hint_and_its_error(shown, wrong):
    body = shown("field", "field(input, 'As on papers')", input=wrong.name)
    entry = body.select_one("input")
    assert entry["aria-invalid"] == "true"
    assert [body.select_one(f"#{part}").text for part in entry["aria-describedby"].split()] == [
        "As on papers",
        "Enter your name.",
    ]


def test_a_refusal_of_the_whole_form_stands_in_the_summary(shown):
    form = Sample(meta={"csrf": False})
    form.refusals.append("The last place has just gone.")
    assert "last place" in shown("error_summary", "error_summary(form)", form=form).text


def test_nothing_wrong_shows_no_summary(shown):
    form = Sample(meta={"csrf": False})
    assert not shown("error_summary", "error_summary(form)", form=form).select("div")


def test_only_optional_fields_are_marked(shown, wrong):
    marked = [part for part in controls(shown, wrong) if part.select(".optional")]
    assert [part.select_one("label").text.split()[0] for part in marked] == ["Note"]


def test_typed_values_are_text_never_markup(shown, wrong):
    wrong.name.data = "<b>Hồng</b>"
    assert (
        shown("field", "field(input)", input=wrong.name).select_one("input")["value"]
        == "<b>Hồng</b>"
    )


@pytest.mark.parametrize(
    ("number", "pages", "numbers"),
    [
        (1, 1, ""),
        (1, 3, "1 2 3"),
        (7, 23, "1 … 6 7 8 … 23"),
        (2, 4, "1 2 3 4"),
        (23, 23, "1 … 22 23"),
    ],
)
def test_pagination_shows_the_ends_and_the_neighbours(shown, number, pages, numbers):
    page = Page([], number, pages * 10, 10, "?page={}".format)
    items = shown("pagination", "pagination(page)", page=page).select("li:not(:has([rel]))")
    assert " ".join(item.text.split()[-1] for item in items) == numbers


def test_the_longest_bar_is_the_largest_figure_and_a_hidden_one_has_none(shown):
    rows = [("A", 10, "10"), ("B", 5, "5"), ("C", None, "under 5")]
    bars = shown("bars", "bars('By field', rows, 'Field', 'Persons')", rows=rows)
    assert [bar["width"] for bar in bars.select("rect")] == ["100.0%", "50.0%", "0.0%"]
    assert [cell.text for cell in bars.select("td.number")] == ["10", "5", "under 5"]


def test_no_figures_at_all_divide_by_nothing(shown):
    bars = shown("bars", "bars('By field', [('A', 0, '0')], 'Field', 'Persons')")
    assert bars.select_one("rect")["width"] == "0.0%"


def test_a_stacked_table_keeps_its_meaning(shown):
    columns = ["Course", {"text": "Fee", "number": True, "sort_url": "?sort=fee"}]
    table = shown("data_table", "data_table('Runs', columns, [('Tin học', '0')])", columns=columns)
    assert table.select_one("th[role=rowheader]").text == "Tin học"
    assert table.select_one("td[role=cell].number")["data-label"] == "Fee"
    assert table.select_one("th[aria-sort=none] a")["href"] == "?sort=fee"


def test_buttons_carry_their_attributes(shown):
    button = shown(
        "button",
        "button('In', 'secondary', type='button', data_print=true, hidden=true, name=none)",
    )
    assert button.button.attrs == {
        "class": ["button", "button--secondary"],
        "type": "button",
        "data-print": "",
        "hidden": "",
    }
