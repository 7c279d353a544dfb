"""City staff say which words mean the same; every engine finds by them."""

import pytest
from sqlalchemy import select

from app.core import kept
from app.core.access import CityRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import DomainError
from app.search import in_step as indexes
from app.search import lexicon, wire
from app.search.filters import CourseFilter
from app.search.models import Synonym
from app.search.prepare import prepare
from app.search.service import engines
from app.search.synonyms import operations
from app.search.synonyms.operations import Fields
from tests.factories import CourseFactory, GrantFactory, RunFactory

LIONS = Fields("tâm quất", ("múa lân",), ("lion dance",))


@pytest.fixture
def lions(app):
    RunFactory(course=CourseFactory(title_vi="Múa lân cho thiếu niên", title_en=""))
    db.session.commit()
    indexes.rebuild()


def found(text: str) -> int:
    return engines().search(CourseFilter(q=text)).total


def another_process() -> None:
    """It notices within a minute; here that minute is over."""
    db.session.rollback()
    kept.forget()


def test_new_words_find_both_ways_after_a_minute(lions):
    assert (found("tâm quất"), found("lion dance")) == (0, 0)
    operations.add(LIONS)
    another_process()
    assert (found("tâm quất"), found("tam quat"), found("lion dance")) == (1, 1, 1)
    assert found("gdtx") == 0, "the list to begin with came along and harms nothing"
    row = db.session.scalars(select(Synonym).where(Synonym.term == "tâm quất")).one()
    operations.edit(row.id, Fields("tâm quất", ("múa lân",), is_active=False))
    another_process()
    assert found("tâm quất") == 0


def test_one_way_words_do_not_find_their_abbreviation(lions):
    operations.add(Fields("ml", ("múa lân",), two_way=False))
    another_process()
    engines()
    assert ("mua", "lan") in prepare("ml ").terms[0].ways
    assert all(("ml",) not in term.ways for term in prepare("múa lân ").terms)


def test_the_list_to_begin_with_is_taken_over_whole_and_means_the_same(app):
    before = {text: prepare(text) for text in ("gdtx", "tieng anh", "chess", "nấu ăn", "cđ")}
    settings = wire.settings()["synonyms"]
    count = operations.take_over()
    assert count == len(lexicon.built_in())
    assert operations.take_over() == 0
    another_process()
    engines()
    assert lexicon.synonyms() is not lexicon._BUILT_IN
    assert {text: prepare(text) for text in before} == before
    same = wire.settings()["synonyms"]
    assert {k: set(v) for k, v in same.items()} == {k: set(v) for k, v in settings.items()}
    english = db.session.scalars(select(Synonym).where(Synonym.term == "cờ vua")).one()
    assert (english.words_vi, english.words_en) == ([], ["chess"])


def test_the_server_of_the_city_is_told(app, run_jobs, monkeypatch):
    told: list[dict[str, list[str]]] = []

    class Server:
        name = "server"

        def prepare(self) -> None:
            told.append(wire.settings()["synonyms"])

    operations.add(LIONS)
    monkeypatch.setattr(engines(), "primary", Server())
    run_jobs()
    assert told[-1]["lion dance"] == ["tam quat", "mua lan"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        (Fields("", ("múa lân",)), "term_means_nothing"),
        (Fields("và của", ("múa lân",)), "term_means_nothing"),
        (Fields("một hai ba bốn năm sáu bảy", ("múa lân",)), "term_too_long"),
        (Fields("lân", ("một hai ba bốn năm sáu bảy",)), "term_too_long"),
        (Fields("lân", ("!!!",)), "term_means_nothing"),
        (Fields("lân"), "no_other_words"),
        (Fields("lân", ("múa lân", "Múa Lân")), "same_word_twice"),
        (Fields("lân", ("lân",)), "same_word_twice"),
        (Fields("lân", tuple(f"lân{n}" for n in range(21))), "too_many_words"),
        (Fields("GDTX", ("giáo dục",)), "term_exists"),
    ],
)
def test_what_would_do_harm_is_refused_in_words(app, fields, code):
    with pytest.raises(DomainError) as refused:
        operations.add(fields)
    assert refused.value.code == code
    assert db.session.scalar(select(Synonym.id)) is None


def test_staff_bring_the_list_try_a_change_and_save_it(lions, client):
    client.sign_in(GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account)
    client.send("/vi/staff/synonyms/take-over", page="/vi/staff/synonyms")
    sent = {"term": "tâm quất", "words_vi": "múa lân\n", "words_en": "", "way": "both",
            "is_active": "y"}  # fmt: skip
    tried = client.send("/en/staff/synonyms/new", sent | {"try": "1"}, status=200)
    text = " ".join(tried.get_data(as_text=True).split())
    assert "Múa lân cho thiếu niên" in text
    assert db.session.scalar(select(Synonym.id).where(Synonym.term == "tâm quất")) is None
    assert lexicon.synonyms() is lexicon.synonyms()
    client.send("/en/staff/synonyms/new", sent)
    client.send("/en/staff/synonyms/new", sent, status=422)
    listed = client.page("/en/staff/synonyms?q=mua lan")
    link = listed.find("a", string="tâm quất")["href"]
    form = client.page(link)
    assert form.find(id="words_vi").text.strip() == "múa lân"
    client.send(link, sent | {"words_vi": ""}, status=422)
    client.send(link, {k: v for k, v in sent.items() if k != "is_active"})
    row = db.session.scalars(select(Synonym).where(Synonym.term == "tâm quất")).one()
    assert not row.is_active
    kinds = select(AuditEntry.action).where(AuditEntry.action.startswith("synonym."))
    actions = ["synonym.imported", "synonym.added", "synonym.changed"]
    assert list(db.session.scalars(kinds.order_by(AuditEntry.id))) == actions
