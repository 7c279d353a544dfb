"""Another key for everything that depends on one, and nobody notices."""

import os
import signal
import time

import pyotp
import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import insert, select

from app.accounts import operations, queries
from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import LoginSession, OneTimeCode, Person, SecondFactor
from app.accounts.operations.national_ids import hash_of, set_national_id
from app.core import archive, clock, config, keys, rotation
from app.core.archive import NotABackup
from app.core.audit import AuditEntry
from app.core.db import db, transaction
from app.core.keys import KeyGeneration, seal, unseal
from tests.client import PASSWORD
from tests.factories import AccountFactory
from tests.participation.conftest import ask, crowd, where

__all__ = ["ask", "where"]
HERE = "127.0.0.1"
ROTATE = ("-m", "flask", "--app", "wsgi", "keys", "rotate")


pytestmark = pytest.mark.usefixtures("one_key")


def _guest() -> operations.Guest:
    return operations.Guest(full_name="Nguyễn Thị Hoa", phone="+84912345678", born_in=1955)


def test_a_second_factor_is_set_up_after_a_rotation(app):
    account = AccountFactory()
    rotation.rotate()
    token = operations.sign_in(account.email, PASSWORD, HERE)
    secret = operations.new_secret()
    operations.set_second_factor(account.id, secret, pyotp.TOTP(secret).now(), token)
    assert unseal(db.session.get_one(SecondFactor, account.id).sealed_secret) == secret


def test_people_sessions_secrets_and_codes_stay_what_they_were(app):
    hoa = operations.person_for_guest(_guest()).id
    account = AccountFactory(email_proven_at=clock.now())
    token = operations.sign_in(account.email, PASSWORD, HERE)
    secret = operations.new_secret()
    shown = pyotp.TOTP(secret).now()
    token, recovery = operations.set_second_factor(account.id, secret, shown, token)
    set_national_id(hoa, "079155000001", None)
    mailbox = Contact(ContactKind.EMAIL, account.email)
    handle = operations.ask_to_sign_in(mailbox, HERE, "vi")
    code = operations.to_send(db.session.scalars(select(OneTimeCode.id)).one()).code
    before = set(db.session.scalars(select(Person.guest_key)))

    assert rotation.rotate().generation == 2
    assert rotation.rotate().generation == 3

    assert operations.person_for_guest(_guest()).id == hoa
    known = select(Person.id).where(Person.national_id_hash == hash_of("079155000001"))
    assert db.session.scalars(known).all() == [hoa]
    assert queries.account_of_session(token).id == account.id
    assert unseal(db.session.get(SecondFactor, account.id).sealed_secret) == secret
    assert operations.show_second_factor(account.id, recovery[0], token, HERE)
    assert operations.sign_in_with_code(mailbox, handle, code, HERE, "")
    assert before.isdisjoint(db.session.scalars(select(Person.guest_key)))
    kept = select(AuditEntry.action).where(AuditEntry.action == "keys.rotated")
    assert len(db.session.scalars(kept).all()) == 2


def test_the_old_key_opens_nothing_any_more(app):
    old = keys.make_key(1)
    with transaction() as session:
        session.add(SecondFactor(account_id=AccountFactory().id, sealed_secret=seal("bí mật")))
    operations.person_for_guest(_guest())
    guessed = keys.hash_with(old, "guest|nguyen thi hoa|1955|+84912345678")
    rotation.rotate()
    assert db.session.scalar(select(Person).where(Person.guest_key == guessed)) is None
    sealed = db.session.scalars(select(SecondFactor.sealed_secret)).one()
    with pytest.raises(InvalidToken):
        keys.sealer((old,)).decrypt(sealed)


def test_no_figure_changes(app, ask):
    crowd(7)
    first = ask("2026-H1", "sex").cells
    rotation.rotate()
    assert ask("2026-H1", "sex").cells == first


def test_more_rows_than_a_batch_are_each_put_through_once(app, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 3)
    account = AccountFactory()
    tokens = [operations.sign_in(account.email, PASSWORD, f"192.0.2.{n}") for n in range(5)]
    told: list[int] = []
    done = rotation.rotate(told.append)
    assert done.rows == sum(told) >= 5
    assert all(queries.account_of_session(token) for token in tokens)


def test_what_nobody_can_open_stays_and_is_told(app):
    with transaction() as session:
        session.add(SecondFactor(account_id=AccountFactory().id, sealed_secret="không mở được"))
    assert rotation.rotate().unreadable == 1
    assert db.session.scalars(select(SecondFactor.sealed_secret)).one() == "không mở được"


def test_a_rotation_that_is_killed_has_changed_nothing_and_goes_on_with_the_same_key(
    app, start_process
):
    account = AccountFactory()
    token = operations.sign_in(account.email, PASSWORD, HERE)
    _many_persons(20_000)
    hashes = _guest_keys()
    db.session.remove()
    rotating = start_process(*ROTATE)
    while not keys.key_file(2).exists():
        assert rotating.poll() is None
        time.sleep(0.02)
    time.sleep(1.2)
    assert rotating.poll() is None, "it was over too soon to be killed"
    os.killpg(rotating.pid, signal.SIGKILL)
    rotating.wait()
    prepared = keys.key_file(2).read_bytes()
    assert _guest_keys() == hashes
    assert db.session.scalars(select(KeyGeneration)).all() == []
    assert queries.account_of_session(token) is not None
    assert rotation.rotate().generation == 2
    assert keys.key_file(2).read_bytes() == prepared
    assert _guest_keys() != hashes
    assert queries.account_of_session(token) is not None


def test_the_commands_say_which_keys_are_needed_and_running_processes_follow(app, flask_command):
    token = operations.sign_in(AccountFactory().email, PASSWORD, HERE)
    assert "put through key 2" in flask_command("keys", "rotate")
    assert queries.account_of_session(token) is not None
    said = "\n".join(rotation.status())
    assert "key 2 is in use since" in said
    assert str(keys.key_file(2)) in said
    assert keys.make_key(2).hex() not in said


def _many_persons(number: int) -> None:
    with transaction() as session:
        session.execute(
            insert(Person),
            [
                {"full_name": "An", "sort_key": "an", "guest_key": keys.hash_with(b"x", str(n))}
                for n in range(number)
            ],
        )


def _guest_keys() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Person.guest_key).order_by(Person.id).limit(3)))


def test_an_older_backup_is_put_through_the_keys_made_since(app, tmp_path):
    settings = config.current()
    hoa = operations.person_for_guest(_guest()).id
    account = AccountFactory()
    token = operations.sign_in(account.email, PASSWORD, HERE)
    archive.write(settings, tmp_path / "old.backup")
    rotation.rotate()
    rotation.rotate()
    archive.write(settings, tmp_path / "new.backup")
    assert "put through key 2 to 3" in archive.read(settings, tmp_path / "old.backup")
    assert keys.generation() == 3
    assert operations.person_for_guest(_guest()).id == hoa
    assert queries.account_of_session(token).id == account.id
    assert archive.read(settings, tmp_path / "new.backup").endswith("rows restored")
    assert operations.person_for_guest(_guest()).id == hoa


def test_a_backup_waits_for_the_keys_it_was_made_with(app, client, tmp_path):
    settings = config.current()
    rotation.rotate()
    archive.write(settings, tmp_path / "city.backup")
    assert client.get("/readyz").status_code == 200
    keys.key_file(2).rename(tmp_path / "person.key.2")
    assert client.get("/readyz").status_code == 503
    with pytest.raises(NotABackup, match=r"put person\.key\.2 beside"):
        archive.read(settings, tmp_path / "city.backup")
    assert db.session.scalars(select(LoginSession)).all() == []


def test_a_new_guest_during_a_rotation_is_the_same_person_afterwards(app, start_process):
    """Whoever writes a hash meanwhile waits, or is put through as well."""
    _many_persons(5_000)
    db.session.remove()
    rotating = start_process(*ROTATE)
    while not keys.key_file(2).exists():
        time.sleep(0.02)
    made = {}
    while rotating.poll() is None:
        phone = f"+8491{len(made):07}"
        guest = operations.Guest(full_name="Lê An", phone=phone, born_in=1960)
        made[phone] = operations.person_for_guest(guest).id
        time.sleep(0.05)
    assert rotating.returncode == 0, rotating.stderr.read()
    assert keys.generation() == 2
    for phone, person_id in made.items():
        guest = operations.Guest(full_name="Lê An", phone=phone, born_in=1960)
        assert operations.person_for_guest(guest).id == person_id
