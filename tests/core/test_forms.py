"""How people write dates, phones and names, and what they are told when it cannot be read."""

import unicodedata
from datetime import date

import pytest
import time_machine

from app.core.errors import DomainError
from app.core.forms import BaseForm, BirthField, PhoneField, ProseField, TextField, required

pytestmark = pytest.mark.on_any_database


class Taken(DomainError):
    message = "Tên này đã có người dùng."
    field = "name"


class Person(BaseForm):
    name = TextField("Name", [required("Enter a name.")], longest=10)
    about = ProseField("About")
    phone = PhoneField("Phone")
    born = BirthField("Born")


@pytest.fixture
def filled(in_page):
    """A form sent with these values, after it was read."""

    def fill(language="vi", **values):
        def read():
            form = Person(meta={"csrf": False})
            form.submitted()
            return form

        return in_page(language, read, method="POST", data=values)

    return fill


def born(filled, *parts, language="vi"):
    names = ("born-day", "born-month", "born-year")
    return filled(language, name="Hoa", **dict(zip(names, parts, strict=True))).born


@pytest.mark.parametrize(
    ("parts", "day", "year"),
    [
        (("27", "3", "1955"), date(1955, 3, 27), 1955),
        ((" 27 ", "03", "1955 "), date(1955, 3, 27), 1955),
        (("27/3/1955", "", ""), date(1955, 3, 27), 1955),
        (("", "", "27/03/1955"), date(1955, 3, 27), 1955),
        (("", "27-3-1955", ""), date(1955, 3, 27), 1955),
        (("27.3.1955", "", ""), date(1955, 3, 27), 1955),
        (("", "", "1955"), None, 1955),
        (("1955", "", ""), None, 1955),
        (("29", "2", "2024"), date(2024, 2, 29), 2024),
        (("22", "11", "2026"), date(2026, 11, 22), 2026),
        (("1", "1", "1900"), date(1900, 1, 1), 1900),
    ],
)
@time_machine.travel("2026-11-22T05:00Z", tick=False)
def test_a_birth_date_is_read_as_people_write_it(filled, parts, day, year):
    field = born(filled, *parts)
    assert (field.born_on, field.born_in, field.errors) == (day, year, [])


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (("", "", ""), "Enter your birth date"),
        (("31", "2", "1955"), "There is no 31/2/1955"),
        (("30", "2", "2024"), "There is no 30/2/2024"),
        (("29", "2", "2023"), "There is no 29/2/2023"),
        (("1", "13", "1955"), "There is no 1/13/1955"),
        (("0", "3", "1955"), "There is no 0/3/1955"),
        (("23", "11", "2026"), "lies in the future"),
        (("", "", "2027"), "year of birth"),
        (("27", "3", "55"), "year of birth"),
        (("27", "3", "1899"), "year of birth"),
        (("27", "3", ""), "or the year alone"),
        (("27/3", "", ""), "or the year alone"),
        (("1955/3/27", "", ""), "There is no 1955/3/27|year of birth"),
        (("hai", "ba", "1955"), "in digits"),
        (("27", "3", "19555"), "in digits"),
        (("²7", "3", "1955"), "in digits"),
        (("٢٧", "3", "1955"), "in digits"),
        (("-1", "3", "1955"), "in digits"),
        (("1/2/3/1955", "", ""), "or the year alone"),
    ],
)
@time_machine.travel("2026-11-22T05:00Z", tick=False)
def test_a_birth_date_that_cannot_be_says_what_is_wrong(filled, parts, told):
    field = born(filled, *parts, language="en")
    (error,) = field.errors
    assert any(each in error for each in told.split("|")), error
    assert field.born_on is None


def test_what_is_wrong_is_said_in_vietnamese(filled):
    assert born(filled, "31", "2", "1955").errors == [
        "Không có ngày 31/2/1955. Kiểm tra lại ngày và tháng."
    ]


def test_names_lose_what_nobody_can_see(filled):
    form = filled(name=unicodedata.normalize("NFD", " Hoà\u200b\t Lê "))
    assert form.name.data == "Hoà Lê"


def test_prose_keeps_its_lines(filled):
    assert filled(about="một \r\nhai\x07\n\n ba ").about.data == "một\nhai\n\nba"


def test_a_text_that_is_too_long_is_refused_with_its_limit(filled):
    form = filled("en", name="Nguyễn Văn Hoa")
    assert form.name.errors == ["Write at most 10 characters."]
    assert form.name.data == "Nguyễn Văn Hoa"


@pytest.mark.parametrize("typed", ["0912 345 678", "+84912345678", "0912.345.678"])
def test_a_phone_number_is_kept_in_one_form(filled, typed):
    form = filled(phone=typed)
    assert (form.phone.e164, form.phone.data) == ("+84912345678", typed)


def test_a_wrong_phone_number_shows_how_one_looks(filled):
    form = filled("en", phone="12345")
    assert form.phone.errors == ["Enter a phone number, for example 0912 345 678."]
    assert form.phone.e164 is None


def test_a_refusal_stands_beside_its_field_or_above_the_form(in_page):
    def refused(error):
        form = Person(meta={"csrf": False})
        form.submitted()
        form.refuse(error)
        return list(form.name.errors), form.refusals, form.is_wrong, form.status

    sent = {"method": "POST", "data": {"name": "Hoa", "born-year": "1955"}}
    message = Taken.message
    assert in_page("vi", refused, Taken(), **sent) == ([message], [], True, 422)
    assert in_page("vi", refused, Taken(field="other"), **sent) == ([], [message], True, 422)


def test_a_form_that_is_only_shown_is_not_wrong(in_page):
    assert in_page("vi", lambda: Person(meta={"csrf": False}).status) == 200
