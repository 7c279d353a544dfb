"""One purpose, one consent; the proof is kept; withdrawing stops the use at once."""

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.errors import NotWithdrawable
from app.accounts.models import Consent, GroupsAnswer, Person, PersonGroup, PriorityGroup
from app.accounts.operations import record_consent, withdraw_consent
from app.accounts.operations.wishes import object_to_groups, restrict
from app.accounts.queries.rights import counted_by_group, has_agreed
from app.accounts.rights.purposes import ENROLMENT, GROUP_STATISTICS, NEWS, OPTIONAL, PURPOSES
from app.core.db import db
from app.enrolment import operations as places
from app.enrolment.models import Channel
from tests.factories import AccountFactory, PersonFactory, RunFactory

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def consents():
    db.session.rollback()
    return db.session.scalars(select(Consent).order_by(Consent.id)).all()


def agree(person, purpose=GROUP_STATISTICS, **more):
    return record_consent(person.id, purpose.code, language="vi", channel="web", **more)


def test_every_purpose_says_in_both_languages_what_it_is_for():
    for purpose in PURPOSES:
        assert all((purpose.text.vi, purpose.text.en, purpose.title.vi, purpose.data.en))
    assert len({purpose.code for purpose in PURPOSES}) == len(PURPOSES)
    assert all(purpose.when_withdrawn for purpose in OPTIONAL)


PINNED = {
    "enrolment 2026-11": ("4231b7f94fe6", "3df3fd4e68cc"),
    "account 2026-11": ("7f3790175f85", "d94620ed6838"),
    "group-statistics 2026-11": ("d64268b735c9", "b3bd2644b797"),
    "news 2026-11": ("59b1f43185c4", "eba0b7cf58a1"),
}


def test_other_words_are_another_version():
    """Proofs name a version: whoever changes a text gives it a new one and pins it here."""
    now = {
        f"{each.code} {each.version}": (each.digest("vi")[:12], each.digest("en")[:12])
        for each in PURPOSES
    }
    assert now == PINNED


def test_the_proof_holds_version_words_language_way_and_giver(app, in_page):
    child, mother = PersonFactory(), PersonFactory()
    clerk = AccountFactory()
    record_consent(
        child.id, ENROLMENT.code, language="en", channel="paper", values={"provider": "Centre 7"},
        recorded_by_id=clerk.id, given_by_id=mother.id, child_agreed=True,
    )  # fmt: skip
    (kept,) = consents()
    words = "By sending you agree that Centre 7 and the city use these details to run this class"
    shown = ENROLMENT.shown("en", provider="Centre 7")
    assert shown.startswith(words)
    assert kept.text_digest == hashlib.sha256(shown.encode()).hexdigest()
    assert (kept.text_version, kept.language, kept.channel) == (ENROLMENT.version, "en", "paper")
    assert (kept.recorded_by_id, kept.given_by_id) == (clerk.id, mother.id)
    assert (kept.child_agreed, kept.request_id) == (True, "command")


def test_an_enrolment_keeps_the_digest_of_the_words_on_its_page(app):
    run, person = RunFactory(), PersonFactory()
    places.enrol(person.id, run.id, "form", Channel.WEB, language="vi")
    (kept,) = consents()
    provider = run.course.provider.name.vi
    assert kept.text_digest == ENROLMENT.digest("vi", provider=provider)
    assert kept.purpose == "enrolment"


def test_agreeing_twice_to_the_same_words_is_one_consent(app):
    person = PersonFactory()
    assert agree(person).id == agree(person).id
    withdraw_consent(person.id, GROUP_STATISTICS.code)
    agree(person)
    assert [each.withdrawn_at is None for each in consents()] == [False, True]


def test_withdrawing_ends_the_use_in_the_same_transaction(app):
    person = PersonFactory(groups_answer=GroupsAnswer.GIVEN)
    agree(person)
    agree(person, NEWS)
    row = PersonGroup(person_id=person.id, group=PriorityGroup.POOR, valid_from=date(2026, 1, 1))
    db.session.add(row)
    db.session.commit()
    assert withdraw_consent(person.id, GROUP_STATISTICS.code)
    assert not withdraw_consent(person.id, GROUP_STATISTICS.code)
    db.session.rollback()
    assert db.session.scalar(select(PersonGroup.id)) is None
    assert db.session.get(Person, person.id).groups_answer is GroupsAnswer.DECLINED
    assert has_agreed(person.id, NEWS)


def test_nobody_is_counted_by_group_without_a_live_consent(app):
    def counted():
        db.session.rollback()
        return set(db.session.scalars(select(Person.id).where(counted_by_group())))

    silent, agreed, withdrew, objected, aside = (PersonFactory() for _ in range(5))
    for person in (agreed, withdrew, objected, aside):
        agree(person)
    withdraw_consent(withdrew.id, GROUP_STATISTICS.code)
    object_to_groups(objected.id)
    restrict(aside.id)
    assert counted() == {agreed.id}
    object_to_groups(objected.id, on=False)
    restrict(aside.id, on=False)
    assert counted() == {agreed.id, objected.id, aside.id}
    assert silent.id not in counted()


def test_what_was_asked_for_is_not_a_consent_to_withdraw(app):
    with pytest.raises(NotWithdrawable):
        withdraw_consent(PersonFactory().id, ENROLMENT.code)


def test_giving_and_taking_back_are_one_click_each(client):
    person = PersonFactory()
    account = AccountFactory(person_id=person.id)
    client.sign_in(account)
    page = client.page("/vi/me/data/consents")
    assert not page.select("input[checked]")
    forms = [form["action"] for form in page.select("main form")]
    assert sorted(forms) == sorted(f"/vi/me/data/consents/{p.code}/give" for p in OPTIONAL)
    client.send(f"/vi/me/data/consents/{NEWS.code}/give", page="/vi/me/data/consents")
    assert has_agreed(person.id, NEWS)
    given = consents()[0]
    assert given.request_id not in ("", "command")
    client.send(f"/vi/me/data/consents/{NEWS.code}/withdraw", page="/vi/me/data/consents")
    assert not has_agreed(person.id, NEWS)


def test_a_purpose_that_does_not_exist_is_not_agreed_to(client):
    client.sign_in(AccountFactory(person_id=PersonFactory().id))
    for code in ("enrolment", "selling-data"):
        client.send(f"/vi/me/data/consents/{code}/give", status=404, page="/vi/me/data/consents")
    assert consents() == []


PLANS = "plan_forms.py"
"""Its boxes are about days and rooms, and what is ticked there is shown before it is saved."""


def test_no_box_is_ticked_beforehand():
    """Neither in a template nor by a form field: consent that nobody gave is none."""
    ticked = [
        str(path.relative_to(TEMPLATES))
        for path in sorted(TEMPLATES.rglob("*.html"))
        if re.search(r"<input[^>]*type=\"checkbox\"[^>]*\schecked(?![^>]*\{%)", path.read_text())
    ]
    assert ticked == []
    preset = [
        f"{path.name}: {found[0]}"
        for path in sorted((TEMPLATES.parent / "app").rglob("*.py"))
        if path.name != PLANS
        for found in re.finditer(
            r"BooleanField\((?:[^()]|\([^()]*\))*default=(?!False)", path.read_text()
        )
    ]
    assert preset == []
