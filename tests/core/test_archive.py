"""Backup and restore of everything, between databases, or not at all."""

import io
import json
import os
import shutil
import signal
import tarfile
import time
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import insert, select

from app import create_app
from app.catalogue.models import Topic
from app.core import archive
from app.core.archive import NotABackup
from app.core.config import Settings
from app.core.db import Base, db, transaction
from tests import everything, postgres
from tests.factories import CourseFactory

_RESTORE = ("-m", "flask", "--app", "wsgi", "restore")


def contents() -> dict[str, list[tuple]]:
    """Every row of every table, in the order of its key; jobs apart, for restoring adds some."""
    db.session.rollback()
    return {
        table.name: [
            tuple(row)
            for row in db.session.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in Base.metadata.sorted_tables
        if table.name != "jobs"
    }


@pytest.fixture
def here(app) -> Settings:
    """This installation, with rows in every table."""
    everything.fill()
    return app.extensions["settings"]


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request, tmp_path_factory):
    """Another, empty installation."""
    if request.param == "postgresql" and not postgres.is_installed():
        pytest.skip("PostgreSQL is not installed")
    folder = tmp_path_factory.mktemp("elsewhere")
    with _database(request.param, folder) as url:
        environ = {"DATA_DIR": str(folder / "data"), "DATABASE_URL": url}
        other = create_app(Settings.from_env(environ), TESTING=True)
        with other.app_context():
            flask_migrate.upgrade()
            yield other
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _database(kind: str, folder: Path):
    if kind == "sqlite":
        yield f"sqlite:///{folder}/other.db"
        return
    with postgres.cluster() as url:
        yield url


def test_every_table_is_filled_for_these_tests(here):
    empty = [name for name, rows in contents().items() if not rows]
    assert empty == [], "add a row to tests/everything.py"


def test_a_backup_restored_elsewhere_is_the_same_installation(app, here, elsewhere, tmp_path):
    with app.app_context():
        before = contents()
        said = archive.write(here, tmp_path / "city.backup")
    with elsewhere.app_context():
        settings = elsewhere.extensions["settings"]
        CourseFactory(title_vi="Sẽ bị thay thế")
        assert "another KEY_FILE" in archive.read(settings, tmp_path / "city.backup")
        assert contents() == before
        CourseFactory()  # numbers go on after the highest one restored
        archive.write(settings, tmp_path / "back.backup")
    with app.app_context():
        archive.read(here, tmp_path / "back.backup")
        assert len(contents()["courses"]) == len(before["courses"]) + 1
    assert f"{len(Base.metadata.tables)} tables" in said


def test_kept_files_travel_and_replace_what_was_there(here, tmp_path):
    shutil.rmtree(here.data_dir / "uploads", ignore_errors=True)  # other tests upload, too
    (here.data_dir / "uploads").mkdir(exist_ok=True)
    (here.data_dir / "uploads/kept.txt").write_text("giữ")
    archive.write(here, tmp_path / "city.backup")
    (here.data_dir / "uploads/kept.txt").write_text("đổi")
    (here.data_dir / "uploads/later.txt").write_text("sau")
    archive.read(here, tmp_path / "city.backup")
    assert [path.name for path in (here.data_dir / "uploads").iterdir()] == ["kept.txt"]
    assert (here.data_dir / "uploads/kept.txt").read_text() == "giữ"
    shutil.rmtree(here.data_dir / "uploads")


def test_the_keys_are_not_in_the_file_and_only_its_owner_can_read_it(here, tmp_path):
    file = tmp_path / "city.backup"
    archive.write(here, file)
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as opened:
        everything_in_it = b"".join(
            opened.extractfile(member).read() for member in opened if member.isfile()
        )
    assert here.key_file.read_bytes() not in everything_in_it
    assert here.secret_key.encode() not in everything_in_it


def rewritten(file: Path, change) -> Path:
    """The same backup with its members passed through `change(name, content)`."""
    broken = file.with_suffix(".broken")
    with tarfile.open(file) as old, tarfile.open(broken, "w:gz") as new:
        for member in old:
            content = old.extractfile(member).read() if member.isfile() else b""
            content = change(member.name, content)
            if content is not None:
                entry = tarfile.TarInfo(member.name)
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
    return broken


def cut(file: Path) -> Path:
    broken = file.with_suffix(".broken")
    broken.write_bytes(file.read_bytes()[:-2000])
    return broken


def of_another_schema(file: Path) -> Path:
    return rewritten(
        file,
        lambda name, content: (
            json.dumps({**json.loads(content), "schema": "0000"}).encode()
            if name == "backup.json"
            else content
        ),
    )


def without_a_table(file: Path) -> Path:
    return rewritten(file, lambda name, content: None if name == "tables/runs.jsonl" else content)


def with_half_a_table(file: Path) -> Path:
    return rewritten(
        file,
        lambda name, content: (
            content.splitlines(keepends=True)[0] if name == "tables/courses.jsonl" else content
        ),
    )


def with_a_wrong_row(file: Path) -> Path:
    return rewritten(
        file,
        lambda name, content: (
            content.replace(b'"starts_on": "20', b'"starts_on": "xx')
            if name == "tables/runs.jsonl"
            else content
        ),
    )


def with_(kind: bytes, target: str, name: str = "files/outbox"):
    """The same backup with one more member, which leads somewhere."""

    def spoil(file: Path) -> Path:
        broken = rewritten(file, lambda _name, content: content)
        with tarfile.open(file) as old, tarfile.open(broken, "w:gz") as new:
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, target
            new.addfile(entry)
            for member in old:
                new.addfile(member, old.extractfile(member))
        return broken

    return spoil


def of_something_else(file: Path) -> Path:
    other = file.with_suffix(".txt")
    other.write_text("không phải bản sao lưu")
    return other


@pytest.mark.parametrize(
    "spoil",
    [
        cut,
        of_another_schema,
        without_a_table,
        with_half_a_table,
        with_a_wrong_row,
        of_something_else,
        with_(tarfile.SYMTYPE, "../../.."),
        with_(tarfile.SYMTYPE, "/etc"),
        with_(tarfile.SYMTYPE, "keys", "files/uploads/x"),
        with_(tarfile.LNKTYPE, "backup.json", "files/uploads/x"),
        with_(tarfile.FIFOTYPE, "", "files/uploads/x"),
        with_(tarfile.REGTYPE, "", "files/../../../outside"),
        with_(tarfile.REGTYPE, "", "files//etc/../../../../outside"),
    ],
)
def test_a_broken_file_changes_nothing(here, tmp_path, spoil):
    CourseFactory()
    archive.write(here, tmp_path / "city.backup")
    CourseFactory()
    before = contents()
    with pytest.raises(NotABackup):
        archive.read(here, spoil(tmp_path / "city.backup"))
    assert contents() == before


def test_a_restore_that_is_killed_leaves_the_old_state(app, here, start_process, tmp_path):
    with transaction() as session:
        session.execute(insert(Topic), [_topic(n) for n in range(100_000)])
    archive.write(here, tmp_path / "city.backup")
    CourseFactory(title_vi="Mới thêm sau bản sao lưu")
    before = contents()
    db.session.remove()
    for delay in (0.1, 0.6):
        restoring = start_process(*_RESTORE, str(tmp_path / "city.backup"))
        while not list(here.data_dir.glob(".restore-*")):
            time.sleep(0.02)
        time.sleep(delay)
        assert restoring.poll() is None, "it was over too soon to be killed"
        os.killpg(restoring.pid, signal.SIGKILL)
        restoring.wait()
        shutil.rmtree(next(here.data_dir.glob(".restore-*")))
        assert contents() == before
        db.session.remove()


def _topic(n: int) -> dict[str, str]:
    return {"slug": f"topic-{n}", "name_vi": "Kỹ năng", "name_en": "Skill", "isced_f": "061"}


def test_the_commands_say_what_they_did(here, command, flask_command, tmp_path):
    file = tmp_path / "city.backup"
    before = contents()
    said = command("backup", str(file))
    rows = int(said.split()[0])
    assert rows >= sum(len(rows) for rows in before.values())
    assert flask_command("restore", str(file)) == f"{rows} rows restored\n"
    assert contents() == before
    file.write_text("x")
    said = command("restore", str(file), status=1)
    assert "is damaged or no backup" in said
    assert "Traceback" not in said
