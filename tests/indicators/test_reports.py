"""Reports are frozen once, made again byte by byte, revised in the open and published with care."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select, update

from app.accounts.operations import erasure, merges
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.indicators.models import Report
from app.indicators.operations import reports as operations
from app.indicators.queries import reports as queries
from app.indicators.reports import canonical, checking, content, differences, shown
from app.indicators.reports.content import Part, Sign
from app.indicators.reports.errors import (
    AlreadyPublished,
    NeedsReason,
    NewerRevision,
    PeriodNotOver,
    UnknownPeriod,
    WouldReveal,
)
from app.participation.dimensions import Dimension
from app.participation.models import Fact
from app.places.models import Population
from tests.indicators.report_town import PERIOD, Town, define


@pytest.fixture
def town(app):
    return Town()


def cells(report, measure, *by, part=Part.INTERNAL):
    """What stands in each cell of one table."""
    wanted = tuple(map(Dimension, by))
    table = next(
        each
        for each in queries.frozen(report).tables(part)
        if (each.measure, each.by) == (measure, wanted)
    )
    found = {cell.key: cell.value if cell.value is not None else cell.sign for cell in table.cells}
    return {key: value for key, value in found.items() if value or key[-1:] in ((), ("total",))}


def verify(report):
    db.session.rollback()
    return checking.check(db.session.get_one(Report, report.id))


def test_the_exact_figures_are_kept_and_the_public_ones_hidden_and_rounded(town):
    report = operations.freeze(PERIOD)
    assert cells(report, "N1", "ward") == {("26734",): 32, ("26740",): 3, ("total",): 35}
    assert cells(report, "N1", "ward", part=Part.PUBLIC) == {
        ("26734",): Sign.HIDDEN,
        ("26740",): Sign.HIDDEN,
        ("total",): 35,
    }
    by_age = cells(report, "N1", "sex", "age_band")
    assert (by_age["female", "45-54"], by_age["total", "total"]) == (20, 35)
    assert cells(report, "N3") == {(): 40}


def test_frozen_twice_it_is_the_same_bytes(town):
    moment = clock.now()
    first = operations.freeze(PERIOD, cut_off=moment)
    second = operations.freeze(PERIOD, "thử lại", cut_off=moment)
    assert first.content == second.content
    assert (first.revision, second.revision) == (1, 2)
    assert first.digest == canonical.digest(first.content)
    again = content.of(first.content)
    assert again.text() == first.content
    assert "internal" not in json.loads(again.public_text())


@time_machine.travel(datetime(2026, 8, 3, 2, tzinfo=UTC), tick=False)
def test_on_both_databases_it_is_the_same_bytes(app):
    Town()
    report = operations.freeze(PERIOD)
    frozen = queries.frozen(report)
    figures = json.loads(report.content)["internal"]
    assert canonical.digest(canonical.written(figures)) == FIGURES
    assert frozen.stated.cut_off == datetime(2026, 8, 3, 2, tzinfo=UTC)


FIGURES = "5a5bf1824eda9441d54c32b43841831121202f57f8fa32bcef7fdee48fdc389c"
"""Of the internal part: figures, codes and the digest of the facts, on SQLite and PostgreSQL."""


def test_what_happens_later_changes_no_frozen_figure(town):
    report = operations.freeze(PERIOD)
    before = report.content
    town.come_late()
    merges.merge(town.people[0].id, town.people[1].id, None, "một người")
    erasure.erase(town.people[33].id, None, "theo yêu cầu")
    town.large.full_name_vi = "Phường Bến Thành Mới"
    db.session.commit()
    town.count()
    found = verify(report)
    assert found.differences == ()
    assert db.session.get_one(Report, report.id).content == before
    second = operations.freeze(PERIOD, "điểm danh nộp muộn")
    assert cells(second, "N1") == {(): 40}
    assert verify(second).is_same


def test_a_fact_changed_by_hand_is_found(town, command):
    report = operations.freeze(PERIOD)
    assert "byte for byte" in command("reports", "verify", str(report.id))
    one = db.session.scalars(select(Fact.id).order_by(Fact.id).limit(1)).one()
    db.session.execute(update(Fact).where(Fact.id == one).values(present=False))
    db.session.commit()
    told = command("reports", "verify", str(report.id), status=2)
    assert "facts: digest" in told
    assert "DIFFERS" in told


def test_content_changed_by_hand_is_found(town, command):
    report = operations.freeze(PERIOD)
    forged = report.content.replace('"value": "35"', '"value": "36"')
    db.session.execute(update(Report).values(content=forged))
    db.session.commit()
    assert "SHA-256" in command("reports", "verify", str(report.id), status=2)
    digest = canonical.digest(forged)
    db.session.execute(update(Report).values(digest=digest))
    db.session.commit()
    told = command("reports", "verify", str(report.id), status=2)
    assert "internal N1 []: frozen shown 36 of 35 people, made again shown 35" in told


def test_the_command_freezes_and_says_why_it_cannot(town, command):
    told = command("reports", "freeze", "--period", PERIOD)
    report = db.session.scalars(select(Report)).one()
    assert told.split() == [
        "report", f"{report.id}:", PERIOD, "revision", "1", report.digest,
    ]  # fmt: skip
    assert "Say why" in command("reports", "freeze", "--period", PERIOD, status=1)
    moment = (clock.now() - timedelta(days=1)).isoformat()
    more = ("--reason", "như hôm qua", "--as-known", moment)
    command("reports", "freeze", "--period", PERIOD, *more)
    assert cells(queries.revision(PERIOD, 2), "N1") == {(): 0}


@pytest.mark.parametrize(
    ("period", "refusal"),
    [
        ("2026-H2", PeriodNotOver),
        ("năm ngoái", UnknownPeriod),
        ("2026-01-01/2026-03-31", UnknownPeriod),
    ],
)
def test_only_a_named_period_that_is_over_is_frozen(app, period, refusal):
    with time_machine.travel(datetime(2026, 8, 3, 2, tzinfo=UTC)), pytest.raises(refusal):
        operations.freeze(period)


def test_a_revision_says_what_changed_and_why(town):
    first = operations.freeze(PERIOD)
    with pytest.raises(NeedsReason):
        operations.freeze(PERIOD)
    town.come_late(6)
    second = operations.freeze(PERIOD, "điểm danh nộp muộn")
    old, new = queries.frozen(first), queries.frozen(second)
    changed = {
        (each.measure, each.by, each.key): (each.before, each.after)
        for each in differences.changes(old, new, Part.INTERNAL)
    }
    assert changed["N1", (), ()] == (35, 41)
    told = shown.differences(new, differences.changes(old, new, Part.INTERNAL))
    assert ["N1 · Số người", "35", "41"] in told
    assert all(before != now for _what, before, now in told)
    assert changed["N1", (Dimension.WARD,), ("26734",)] == (32, 38)
    assert ("N1", (Dimension.WARD,), ("26740",)) not in changed
    assert differences.reasons(old, new) == ["facts"]


def test_publishing_is_a_second_step_with_its_own_line_in_the_log(town):
    report = operations.freeze(PERIOD)
    assert queries.in_force(PERIOD) is None
    operations.publish(report.id, None)
    assert queries.in_force(PERIOD).revision == 1
    with pytest.raises(AlreadyPublished):
        operations.publish(report.id, None)
    town.come_late(10)
    second = operations.freeze(PERIOD, "điểm danh nộp muộn")
    assert queries.in_force(PERIOD).revision == 1
    operations.publish(second.id, None)
    assert queries.in_force(PERIOD).revision == 2
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.object_kind == "report").order_by(AuditEntry.id)
    ).all()
    assert actions == ["report.frozen", "report.published"] * 2


def test_an_old_revision_is_not_published_beside_a_newer_one(town):
    first = operations.freeze(PERIOD)
    operations.freeze(PERIOD, "sửa")
    with pytest.raises(NewerRevision):
        operations.publish(first.id, None)


def test_what_would_tell_a_hidden_figure_stays_internal(town):
    operations.publish(operations.freeze(PERIOD).id, None)
    town.come_late(2, born=2000)
    second = operations.freeze(PERIOD, "thêm hai người")
    with pytest.raises(WouldReveal) as refusal:
        operations.publish(second.id, None)
    assert f"{PERIOD} r2" in str(refusal.value.message)
    assert queries.in_force(PERIOD).revision == 1


def test_another_table_of_the_population_changes_no_frozen_rate(town):
    define("R1")
    of = {"unit_id": town.city.id, "year": 2025, "source": "Niên giám", "vintage": ""}
    bands = {(0, 14): 40, (15, None): 200}
    for (low, high), persons in bands.items():
        db.session.add(Population(age_from=low, age_to=high, persons=persons, **of))
    db.session.commit()
    report = operations.freeze("2025-2026")
    assert cells(report, "R1") == {(): Decimal("17.5")}
    db.session.execute(update(Population).values(persons=Population.persons * 2))
    db.session.commit()
    assert verify(report).differences == ()
    assert cells(operations.freeze("2025-2026", "dân số mới"), "R1") == {(): Decimal("8.75")}


def test_another_version_of_the_software_checks_the_exact_figures(town, command):
    report = operations.freeze(PERIOD)
    older = report.content.replace('"software": "', '"software": "older-')
    older = older.replace('"value": "35"', '"value": "40"', 1)
    db.session.execute(
        update(Report).values(
            content=older,
            digest=canonical.digest(older),
            software=content.of(older).stated.software,
        )
    )
    db.session.commit()
    told = command("reports", "verify", str(report.id), status=2)
    assert "frozen by software older-" in told
    assert "internal N1 []: frozen shown 40 of 35 people" in told
    assert "public" not in told.split("as stated", 2)[-1]
