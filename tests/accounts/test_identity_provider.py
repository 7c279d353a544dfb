"""Signing in elsewhere: believed only what is proved, linked only by issuer and subject."""

import json
import socket
import time
from contextlib import contextmanager
from datetime import date, timedelta

import pyotp
import pytest
import requests
import time_machine
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response

from app.accounts import identity, operations
from app.accounts.errors import IdentityProviderAway, IdentityRefused, IdentityTaken, LastWayIn
from app.accounts.identity import Departure, VouchedIdentity, oidc
from app.accounts.models import Account, Assurance, ExternalIdentity, LoginSession
from app.accounts.operations.national_ids import hash_of
from app.core import clock
from app.core.access import CONFIRMED_FOR
from app.core.db import db
from app.core.i18n import Bilingual
from tests.accounts.identity_server import SECRET, Provider, running, signed_by_secret, unsigned
from tests.factories import AccountFactory, PersonFactory, StaffFactory, WardFactory

BACK = "http://127.0.0.1:8000/vi/sign-in/provider/callback"
RETURN = "/vi/sign-in/provider/callback"
SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"


@contextmanager
def set_up(app, issuer: str, **changes):
    """The installation knows this provider."""
    before = app.extensions["settings"]
    changed = {
        "oidc_issuer": issuer,
        "oidc_client_id": "pho-hoc",
        "oidc_client_secret": SECRET,
        "oidc_acr": (SUBSTANTIAL,),
        **changes,
    }
    values = {name: getattr(before, name) for name in before.__slots__}
    app.extensions["settings"] = type(before)(**{**values, **changed})
    identity.install(app, app.extensions["settings"])
    try:
        yield
    finally:
        app.extensions["settings"] = before
        identity.install(app, before)


@pytest.fixture
def provider(app):
    with running(Provider()) as started, set_up(app, started.issuer):
        yield started


def set_out(client, purpose: str = "", onward: str = "") -> str:
    """The address this browser is sent to."""
    answer = client.send("/vi/sign-in/provider", {"purpose": purpose, "next": onward}, status=200)
    assert answer.headers["Refresh"].startswith("0; url=")
    return answer.headers["Refresh"].removeprefix("0; url=")


def _wish(client, purpose: str) -> dict[str, str]:
    return {"purpose": purpose, "csrf_token": client.token("/vi/me/identity")}


def travel(client, provider: Provider, purpose: str = "", onward: str = ""):
    """There and back; where this browser is sent at the end."""
    query = provider.sign_in(set_out(client, purpose, onward))
    return client.get(RETURN, query_string=query)


def vouch(provider: Provider, *, again: bool = False) -> VouchedIdentity:
    """There and back without a browser."""
    scheme = identity.scheme()
    departure = scheme.begin(BACK, again=again)
    return scheme.finish(provider.sign_in(departure.address), departure.kept)


def link(account, subject: str = "thuy", issuer: str = "") -> None:
    operations.link_identity(account.id, VouchedIdentity(issuer=issuer, subject=subject))


def test_a_person_signs_in_and_comes_back_to_where_they_wanted(client, provider):
    account = AccountFactory()
    link(account, issuer=provider.issuer)
    assert "tài khoản của thành phố" in client.page("/vi/sign-in").main.text
    answer = travel(client, provider, onward="/vi/me/password")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/vi/me/password")
    assert client.get("/vi/me/password").status_code == 200
    (wish,) = provider.asked
    assert wish["redirect_uri"] == BACK
    assert wish["code_challenge_method"] == "S256"
    assert len(wish["nonce"]) >= 20
    assert len(wish["state"]) >= 20


def test_what_the_provider_says_is_understood(app, provider):
    provider.claims |= {
        "name": "  Trần Thị Thủy ",
        "birthdate": "1990-05-20",
        "email": "Thuy@Example.org",
        "email_verified": True,
        "acr": SUBSTANTIAL,
        "amr": ["pwd", "mfa"],
    }
    said = vouch(provider)
    assert said.name == "Trần Thị Thủy"
    assert said.born_on == date(1990, 5, 20)
    assert said.email == "thuy@example.org"
    assert said.assurance is Assurance.ELECTRONIC
    assert said.has_two_factors
    provider.claims |= {"email_verified": False, "acr": "0", "amr": ["pwd"], "birthdate": "1990"}
    said = vouch(provider)
    assert (said.email, said.born_on) == (None, None)
    assert said.assurance is Assurance.STATED
    assert not said.has_two_factors


def test_what_is_not_in_the_signed_answer_is_asked_for_of_the_same_person_only(app, provider):
    provider.more = {"sub": "thuy", "name": "Trần Thị Thủy"}
    assert vouch(provider).name == "Trần Thị Thủy"
    provider.more = {"sub": "nam", "name": "Lê Nam"}
    with pytest.raises(IdentityRefused):
        vouch(provider)


def _claims(**changes):
    return {"claims": lambda claims: {**claims, **changes}}


def _without(name: str):
    return {"claims": lambda claims: {k: v for k, v in claims.items() if k != name}}


@pytest.mark.on_any_database
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(_claims(iss="https://elsewhere.example"), id="another issuer"),
        pytest.param(_without("iss"), id="no issuer"),
        pytest.param(_claims(aud="another-client"), id="another audience"),
        pytest.param(_claims(aud="another-client", azp="pho-hoc"), id="another audience for us"),
        pytest.param(_claims(aud=["pho-hoc", "x"], azp="x"), id="issued to another"),
        pytest.param(_without("aud"), id="no audience"),
        pytest.param(_claims(nonce="an older one"), id="another nonce"),
        pytest.param(_without("nonce"), id="no nonce"),
        pytest.param(_claims(exp=int(time.time()) - 90), id="expired"),
        pytest.param(_without("exp"), id="never expires"),
        pytest.param(_claims(iat=int(time.time()) + 86_400), id="from the future"),
        pytest.param(_claims(sub=""), id="nobody"),
        pytest.param(_claims(sub="x" * 256), id="a name too long to keep"),
        pytest.param(_claims(sub=7), id="a number"),
        pytest.param({"signed": unsigned}, id="not signed"),
        pytest.param({"signed": signed_by_secret(SECRET.encode())}, id="signed by a shared secret"),
        pytest.param({"token": lambda token: {**token, "id_token": "x.y.z"}}, id="no token"),
        pytest.param({"token": lambda _token: {"access_token": "x"}}, id="no signed answer"),
        pytest.param({"token": lambda _token: ["x"]}, id="not even an object"),
    ],
)
def test_an_answer_that_proves_nothing_is_refused(client, provider, spoil):
    link(AccountFactory(), issuer=provider.issuer)
    provider.spoil = spoil
    answer = travel(client, provider)
    assert answer.headers["Location"].startswith("/vi/sign-in")
    assert "không thành công" in client.page("/vi/sign-in").main.text
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0


def test_an_answer_signed_with_a_key_the_provider_does_not_show_is_refused(app, provider):
    assert vouch(provider).subject == "thuy"
    shown, provider.key = provider.key, RSAKey.generate_key(2048, {"kid": "1"})
    provider.spoil = {"keys": lambda _keys: {"keys": [shown.as_dict(private=False)]}}
    with pytest.raises(IdentityRefused):
        vouch(provider)


def test_a_provider_may_change_its_key(app, provider):
    assert vouch(provider).subject == "thuy"
    provider.key = RSAKey.generate_key(2048, {"kid": "2"})
    provider.spoil = {"signed": lambda claims: _signed(provider, claims)}
    assert vouch(provider).subject == "thuy"


def _signed(provider: Provider, claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "2"}, claims, provider.key)


@pytest.mark.parametrize(
    "change", [{"state": "x"}, {"state": ""}, {"code": ""}, {"iss": "https://x"}]
)
def test_an_answer_to_another_question_is_refused_before_the_provider_is_asked(
    client, provider, change
):
    link(AccountFactory(), issuer=provider.issuer)
    query = provider.sign_in(set_out(client)) | change
    client.get(RETURN, query_string=query)
    assert "/token" not in provider.requests
    assert client.get("/vi/me/password").status_code == 302


def test_an_answer_counts_once_and_only_for_the_browser_that_asked(client, app, provider):
    link(AccountFactory(), issuer=provider.issuer)
    query = provider.sign_in(set_out(client))
    stranger = app.test_client()
    assert stranger.get(RETURN, query_string=query).headers["Location"].startswith("/vi/sign-in")
    set_out(stranger)
    stranger.get(RETURN, query_string=query)
    assert stranger.get("/vi/me/password").status_code == 302
    cookie = client.get_cookie("session").value
    assert client.get(RETURN, query_string=query).headers["Location"] == "/vi/sign-in/done"
    client.send("/vi/sign-out", page="/vi/me/password")
    client.get(RETURN, query_string=query)
    assert client.get("/vi/me/password").status_code == 302
    client.set_cookie("session", cookie)
    client.get(RETURN, query_string=query)
    assert client.get("/vi/me/password").status_code == 302, "the code was used up"


def test_an_answer_that_takes_a_quarter_of_an_hour_is_refused(app, provider):
    departure = identity.scheme().begin(BACK)
    query = provider.sign_in(departure.address)
    with time_machine.travel(clock.now() + timedelta(minutes=16)), pytest.raises(IdentityRefused):
        identity.scheme().finish(query, departure.kept)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param({"issuer": "https://elsewhere.example"}, id="another issuer"),
        pytest.param({"token_endpoint": "file:///etc/passwd"}, id="no address of the web"),
        pytest.param({"id_token_signing_alg_values_supported": ["HS256", "none"]}, id="no key"),
        pytest.param({"jwks_uri": None}, id="nothing"),
    ],
)
def test_a_discovery_that_is_not_the_issuers_own_is_not_used(app, provider, spoil):
    provider.spoil = {"discovery": lambda said: {**said, **spoil}}
    with pytest.raises((IdentityRefused, IdentityProviderAway)):
        vouch(provider)
    provider.spoil = {}
    assert vouch(provider).subject == "thuy", "it is asked for again"


def test_a_redirect_is_not_followed_and_an_endless_answer_is_given_up(
    client, provider, monkeypatch
):
    monkeypatch.setattr(oidc, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as sentinel:
        sentinel.settimeout(0.2)
        elsewhere = f"http://127.0.0.1:{sentinel.getsockname()[1]}/"
        provider.spoil = {"discovery": lambda _d: Response("", 302, {"Location": elsewhere})}
        answer = client.send("/vi/sign-in/provider", status=422)
        assert "không trả lời" in answer.get_data(as_text=True)
        with pytest.raises(TimeoutError):
            sentinel.accept()
    provider.spoil = {"discovery": lambda _d: Response(b"x" * (oidc.LARGEST_ANSWER + 1))}
    with pytest.raises(IdentityProviderAway):
        identity.scheme().begin(BACK)
    provider.spoil = {"discovery": lambda _d: Response(_drops())}
    began = time.perf_counter()
    with pytest.raises(IdentityProviderAway):
        identity.scheme().begin(BACK)
    assert time.perf_counter() - began < 2


def _drops():
    for _ in range(40):
        time.sleep(0.05)
        yield b" "


def test_no_transaction_is_open_while_the_provider_is_asked(client, provider):
    link(AccountFactory(), issuer=provider.issuer)
    open_ones = []

    def look(said):
        open_ones.append(db.engine.pool.checkedout())
        return said

    app = client.application

    def in_app(said):
        with app.app_context():
            return look(said)

    provider.spoil = {"discovery": in_app, "keys": in_app, "token": in_app}
    db.session.remove()
    travel(client, provider)
    assert open_ones == [0, 0, 0]


def test_an_email_never_leads_to_an_account(client, provider):
    account = AccountFactory()
    provider.claims |= {"email": account.email, "email_verified": True, "name": "Kẻ lạ"}
    answer = travel(client, provider)
    assert answer.headers["Location"].startswith("/vi/sign-in/provider/new")
    page = client.page(answer.headers["Location"])
    assert account.display_name not in page.main.text
    assert client.get("/vi/me/password").status_code == 302
    assert db.session.scalars(select(ExternalIdentity)).all() == []


def test_somebody_new_makes_an_account_of_what_the_provider_says(client, provider):
    ward = WardFactory()
    provider.claims |= {
        "name": "Trần Thị Thủy",
        "birthdate": "1990-05-20",
        "email": "thuy@example.org",
        "email_verified": True,
    }
    form = travel(client, provider, onward="/vi/me/password").headers["Location"]
    page = client.page(form)
    assert page.select_one("#full_name")["value"] == "Trần Thị Thủy"
    assert page.select_one("#birth-year")["value"] == "1990"
    answers = {
        "full_name": "Trần Thị Thu Thủy",
        "birth-day": "20",
        "birth-month": "5",
        "birth-year": "1990",
        "ward": ward.name_vi,
        "sex": "female",
    }
    answer = client.send(form, answers, page=form)
    assert answer.headers["Location"] == "/vi/me/password"
    assert client.get("/vi/me/password").status_code == 200
    account = db.session.scalars(select(Account)).one()
    assert (account.email, account.person.full_name) == ("thuy@example.org", "Trần Thị Thu Thủy")
    assert account.email_proven_at is not None
    assert db.session.scalars(select(ExternalIdentity.subject)).all() == ["thuy"]
    client.send("/vi/sign-out", page="/vi/me/password")
    assert travel(client, provider).headers["Location"] == "/vi/sign-in/done"
    assert client.get(form).headers["Location"] == "/vi/sign-in"


def test_without_a_proved_mailbox_a_phone_comes_first(client, provider):
    provider.claims |= {"name": "Trần Thị Thủy", "email": "t@example.org", "email_verified": False}
    page = client.page(travel(client, provider).headers["Location"])
    assert page.select_one('main a[href="/vi/sign-in?next=/vi/me/identity"]')
    assert not page.select("main form[action*=provider], main input[name=full_name]")


def test_the_same_subject_of_another_issuer_is_somebody_else(app, provider):
    link(AccountFactory(), issuer="https://elsewhere.example")
    assert operations.sign_in_with_identity(vouch(provider), "") is None


def test_an_account_links_and_unlinks_what_opens_it(client, provider):
    account = AccountFactory()
    client.sign_in(account)
    answer = travel(client, provider, "link")
    assert answer.headers["Location"] == "/vi/me/identity"
    page = client.page("/vi/me/identity")
    number = page.select_one("input[name=identity]")["value"]
    client.send("/vi/me/identity/unlink", {"identity": "999"}, page="/vi/me/identity")
    assert db.session.scalar(select(func.count()).select_from(ExternalIdentity)) == 1
    client.send("/vi/me/identity/unlink", {"identity": number}, page="/vi/me/identity")
    assert db.session.scalars(select(ExternalIdentity)).all() == []


def test_linking_wants_a_proof_of_a_moment_ago_and_the_same_account_at_the_end(
    client, app, provider
):
    client.sign_in(AccountFactory())
    for proved_at in (clock.now() - timedelta(minutes=11), clock.now()):
        db.session.execute(update(LoginSession).values(confirmed_at=proved_at))
        db.session.commit()
        answer = client.post("/vi/sign-in/provider", data=_wish(client, "link"))
        assert answer.status_code == (303 if proved_at < clock.now() - CONFIRMED_FOR else 200)
    query = provider.sign_in(set_out(client, "link"))
    client.send("/vi/sign-out", page="/vi/me/password")
    client.sign_in(AccountFactory())
    client.get(RETURN, query_string=query)
    assert db.session.scalars(select(ExternalIdentity)).all() == []


def test_an_identity_opens_one_account_and_the_last_way_in_stays(app):
    first, second = AccountFactory(), AccountFactory(password_hash=None)
    link(first, issuer="https://a")
    with pytest.raises(IdentityTaken):
        link(second, issuer="https://a")
    link(second, "nam", "https://a")
    only = db.session.scalar(select(ExternalIdentity.id).where(ExternalIdentity.subject == "nam"))
    with pytest.raises(LastWayIn):
        operations.unlink_identity(second.id, only)
    operations.unlink_identity(first.id, only)
    assert db.session.get(ExternalIdentity, only) is not None, "it is another account's"


def test_assurance_rises_with_what_is_vouched_for_and_never_falls(app, provider):
    account = AccountFactory(person=PersonFactory())
    link(account, issuer=provider.issuer)
    provider.claims |= {"acr": SUBSTANTIAL}
    operations.sign_in_with_identity(vouch(provider), "")
    assert db.session.get(Account, account.id).assurance is Assurance.ELECTRONIC
    provider.claims |= {"acr": "0"}
    operations.sign_in_with_identity(vouch(provider), "")
    assert db.session.get(Account, account.id).assurance is Assurance.ELECTRONIC
    assert db.session.scalars(select(ExternalIdentity.assurance)).one() is Assurance.STATED


def test_staff_get_in_by_two_factors_elsewhere_and_not_by_one(client, provider):
    staff = StaffFactory()
    link(staff.account, issuer=provider.issuer)
    secret = operations.new_secret()
    _equip(staff.account.id, secret)
    travel(client, provider)
    assert client.get("/vi/me/password").headers["Location"].startswith("/vi/sign-in/second-factor")
    provider.claims |= {"amr": ["mfa"]}
    travel(client, provider)
    assert client.get("/vi/me/password").status_code == 200


def _equip(account_id: int, secret: str) -> None:
    typed = pyotp.TOTP(secret).at(clock.now())
    operations.set_second_factor(account_id, secret, typed, "")


def test_signing_in_there_again_shows_that_one_is_here(client, provider):
    account = AccountFactory()
    link(account, issuer=provider.issuer)
    client.sign_in(account)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        provider.claims |= {"auth_time": int(time.time()) - 3600}
        travel(client, provider, "confirm", "/vi/me/identity")
        assert provider.asked[-1]["prompt"] == "login"
        assert provider.asked[-1]["max_age"] == "0"
        assert not _is_confirmed(), "they signed in there an hour ago"
        provider.claims |= {"auth_time": int(time.time()), "sub": "nam"}
        travel(client, provider, "confirm", "/vi/me/identity")
        assert not _is_confirmed(), "that was somebody else"
        provider.claims |= {"sub": "thuy"}
        answer = travel(client, provider, "confirm", "/vi/me/identity")
        assert answer.headers["Location"] == "/vi/me/identity"
        assert _is_confirmed()


def _is_confirmed() -> bool:
    when = db.session.scalars(select(LoginSession.confirmed_at)).one()
    db.session.rollback()
    return clock.now() - when < timedelta(minutes=1)


class NationalScheme:
    """Not OpenID Connect: no discovery, no signed answer, a number of its own."""

    name = Bilingual("căn cước điện tử", "electronic identity")

    def begin(self, redirect_uri: str, *, again: bool = False) -> Departure:
        return Departure(f"https://scheme.example/?back={redirect_uri}&{again=}", {"ticket": "7"})

    def finish(self, answer, kept) -> VouchedIdentity:
        assert kept == {"ticket": "7"}
        return VouchedIdentity(
            issuer="https://scheme.example",
            subject=answer["who"],
            national_id="079190000001",
            assurance=Assurance.ELECTRONIC,
        )


def test_a_national_scheme_comes_in_as_one_class(client, app, monkeypatch):
    account = AccountFactory(person=PersonFactory(born_in=1990))
    with set_up(app, ""), monkeypatch.context() as patched:
        patched.setattr(identity, "SCHEMES", [lambda _app, _settings: NationalScheme()])
        identity.install(app, app.extensions["settings"])
        client.sign_in(account)
        assert set_out(client, "link").startswith("https://scheme.example/?back=")
        client.get(RETURN, query_string={"who": "thuy"})
        client.send("/vi/sign-out", page="/vi/me/password")
        assert "căn cước điện tử" in client.page("/vi/sign-in").main.text
        set_out(client)
        answer = client.get(RETURN, query_string={"who": "thuy"})
        assert answer.headers["Location"] == "/vi/sign-in/done"
    account = db.session.get(Account, account.id)
    assert account.assurance is Assurance.ELECTRONIC
    assert account.person.national_id_hash == hash_of("079190000001")


def test_an_installation_without_a_provider_offers_none(client):
    assert client.get("/vi/sign-in/provider").status_code == 404
    assert client.get(RETURN).status_code == 404
    assert not client.page("/vi/sign-in").select('form[action*="provider"]')


def test_it_works_with_a_provider_somebody_else_wrote(app, client, start_process):
    account = AccountFactory()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = json.dumps({"sub": "thuy", "name": "Trần Thị Thủy"})
    start_process(
        "-m", "oidc_provider_mock", "--port", str(port), "-n", "true", "--user-claims", user
    )
    issuer = f"http://127.0.0.1:{port}"
    _wait_for(port)
    link(account, issuer=issuer)
    with set_up(app, issuer):
        there = requests.post(
            set_out(client), data={"sub": "thuy"}, allow_redirects=False, timeout=5
        )
        back = there.headers["Location"]
        assert back.startswith(BACK)
        answer = client.get(back.removeprefix("http://127.0.0.1:8000"))
        assert answer.headers["Location"] == "/vi/sign-in/done"
        assert client.get("/vi/me/password").status_code == 200


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
