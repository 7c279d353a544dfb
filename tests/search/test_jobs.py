"""What the worker makes anew by itself after a restore."""

from datetime import date

from app.core import archive, config
from app.core.db import db
from app.participation import operations, periods, queries, store
from app.participation.queries import Question
from app.search.filters import CourseFilter
from app.search.service import engines
from tests.factories import CourseFactory, RunFactory
from tests.participation.conftest import crowd


def test_index_and_figures_follow_a_restore_without_any_command(app, run_jobs, tmp_path):
    RunFactory(course=CourseFactory(title_vi="Đan lát mây tre"))
    crowd(3, date(2026, 3, 2))
    operations.rebuild()
    run_jobs()
    db.session.rollback()
    archive.write(config.current(), tmp_path / "backup.tar.gz")
    RunFactory(course=CourseFactory(title_vi="Thổi sáo trúc"))
    crowd(4, date(2026, 3, 3))
    operations.rebuild()
    where = store.folder(config.current())
    store.refresh(where, everything=True)
    db.session.rollback()
    archive.read(config.current(), tmp_path / "backup.tar.gz")
    run_jobs()
    assert queries.count(where, Question(periods.parse("2026"))).total.persons == 3
    assert engines().search(CourseFilter("dan lat may tre")).total == 1
    assert engines().search(CourseFilter("thoi sao truc")).total == 0
