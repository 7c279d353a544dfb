"""OpenID Connect with any provider that has discovery: code flow, PKCE, nonce, signed answer."""

import hmac
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask
from joserfc.errors import JoseError
from requests import RequestException, Response

from app.accounts.errors import IdentityProviderAway, IdentityRefused
from app.accounts.identity.provider import Departure, VouchedIdentity
from app.accounts.models import Assurance
from app.core import clock, vi
from app.core.config import Settings
from app.core.db import end_reading
from app.core.i18n import Bilingual

log = logging.getLogger(__name__)

SECONDS = 5  # for one answer of the provider, from the first byte to the last
LARGEST_ANSWER = 256 * 1024
_PIECE = 8192
LEEWAY_SECONDS = 60  # that two clocks may differ by
_LASTS = timedelta(minutes=15)  # from setting out to coming back
_METADATA_LASTS = timedelta(hours=12)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ALGORITHMS: Final = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
]  # with a public key: a shared secret signs for everybody who has it
_TWO_FACTORS = frozenset(
    {
        "https://refeds.org/profile/mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    }
)
_LONGEST_ISSUER, _LONGEST_SUBJECT, _LONGEST_NAME = 300, 255, 200


def openid_connect(app: Flask, settings: Settings) -> "OpenIdConnect | None":
    """The provider in the settings, if there is one."""
    return OpenIdConnect(app, settings) if settings.oidc_issuer else None


class OpenIdConnect:
    """One provider, found by its issuer's address."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.name = Bilingual(settings.oidc_name_vi, settings.oidc_name_en)
        self._client_id = settings.oidc_client_id
        self._vouching = frozenset(settings.oidc_acr)
        self._client: Any = OAuth(app).register(
            "identity",
            client_cls=_Client,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret or None,
            server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
        )

    def begin(self, redirect_uri: str, *, again: bool = False) -> Departure:
        """See `IdentityScheme`."""
        end_reading()
        wishes = {"prompt": "login", "max_age": "0"} if again else {}
        if self._vouching:
            wishes["acr_values"] = " ".join(sorted(self._vouching))
        with _plainly():
            begun = self._client.create_authorization_url(redirect_uri, **wishes)
        kept = {name: begun[name] for name in ("state", "nonce", "code_verifier")}
        now = int(clock.now().timestamp())
        return Departure(
            begun["url"], {**kept, "redirect_uri": redirect_uri, "again": again, "at": now}
        )

    def finish(self, answer: Mapping[str, str], kept: Mapping[str, Any]) -> VouchedIdentity:
        """See `IdentityScheme`."""
        end_reading()
        self._require_ours(answer, kept)
        with _plainly():
            issuer = self._client.load_server_metadata()["issuer"]
            if answer.get("iss", issuer) != issuer:
                raise IdentityRefused
            token = self._client.fetch_access_token(
                code=answer["code"],
                code_verifier=kept["code_verifier"],
                redirect_uri=kept["redirect_uri"],
            )
            claims = self._claims(token, kept)
            if not claims.get("name"):
                claims = {**self._more(token, claims["sub"]), **claims}
            return self._vouched(claims)

    def _require_ours(self, answer: Mapping[str, str], kept: Mapping[str, Any]) -> None:
        """The browser that comes back is the one that set out, with an answer, in time."""
        state, expected = answer.get("state", ""), str(kept.get("state", ""))
        same = bool(expected) and hmac.compare_digest(state.encode(), expected.encode())
        in_time = clock.now().timestamp() - kept.get("at", 0) <= _LASTS.total_seconds()
        if not same or not in_time or not answer.get("code"):
            log.warning("identity refused", extra={"reason": answer.get("error", "state")[:40]})
            raise IdentityRefused

    def _claims(self, token: dict[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
        """What the signed answer says, once issuer, audience, nonce, times and key are right."""
        issuer = self._client.load_server_metadata()["issuer"]
        claims = self._client.parse_id_token(
            token,
            nonce=kept["nonce"],
            claims_options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": self._client_id},
                "sub": {"essential": True},
            },
            leeway=LEEWAY_SECONDS,
        )
        if not claims or (kept["again"] and not _is_fresh(claims, kept["at"])):
            raise IdentityRefused
        return dict(claims)

    def _more(self, token: dict[str, Any], subject: str) -> dict[str, Any]:
        """What the provider tells about this subject when asked separately."""
        if "userinfo_endpoint" not in self._client.load_server_metadata():
            return {}
        said = dict(self._client.userinfo(token=token))
        if said.get("sub") != subject:
            raise IdentityRefused
        return said

    def _vouched(self, claims: dict[str, Any]) -> VouchedIdentity:
        issuer, subject = claims["iss"], claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            raise IdentityRefused
        vouched = claims.get("acr") in self._vouching
        return VouchedIdentity(
            issuer=issuer,
            subject=subject,
            name=_text(claims.get("name"))[:_LONGEST_NAME],
            born_on=_day(claims.get("birthdate")),
            email=_text(claims.get("email")).lower() or None
            if claims.get("email_verified") is True
            else None,
            assurance=Assurance.ELECTRONIC if vouched else Assurance.STATED,
            has_two_factors="mfa" in (claims.get("amr") or ()) or claims.get("acr") in _TWO_FACTORS,
        )


class _Careful(OAuth2Session):  # type: ignore[misc]  # authlib has no types
    """Goes to the address it was told and nowhere else; a slow or endless answer is given up."""

    def request(self, method: str, url: str, **kwargs: Any) -> Response:
        kwargs.update(allow_redirects=False, timeout=SECONDS, stream=True)
        answer: Response = super().request(method, url, **kwargs)
        answer._content = _read(answer)  # noqa: SLF001 - requests has no limit of its own
        if answer.is_redirect:
            reason = "leads elsewhere"
            raise RequestException(reason)
        return answer


class _Client(FlaskOAuth2App):  # type: ignore[misc]  # authlib has no types
    """Authlib's client with discovery that is checked and now and then repeated."""

    client_cls = _Careful
    server_metadata: dict[str, Any]

    def load_server_metadata(self) -> dict[str, Any]:
        now = clock.now().timestamp()
        loaded = self.server_metadata.get("_loaded_at", 0)
        if now - loaded > _METADATA_LASTS.total_seconds():
            with self._get_session() as session:
                answer = session.request("GET", self._server_metadata_url, withhold_token=True)
                answer.raise_for_status()
                found = _checked(answer.json(), self._server_metadata_url)
            self.server_metadata = {**found, "_loaded_at": now}
        return dict(self.server_metadata)


def _checked(metadata: dict[str, Any], url: str) -> dict[str, Any]:
    """What we use of it; the issuer is the one in the settings, its endpoints as safe as it is."""
    issuer = str(metadata["issuer"])
    secure = url.startswith("https:")
    names = (*_ENDPOINTS, *(["userinfo_endpoint"] if "userinfo_endpoint" in metadata else []))
    endpoints = {name: str(metadata[name]) for name in names}
    safe = all(
        urlsplit(each).scheme == "https" or (urlsplit(each).scheme == "http" and not secure)
        for each in endpoints.values()
    )
    offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
    algorithms = [name for name in offered if name in _ALGORITHMS]
    ours = url.startswith(f"{issuer.rstrip('/')}/.well-known/") and len(issuer) <= _LONGEST_ISSUER
    if not (ours and safe and algorithms):
        reason = "discovery of another issuer, or nothing we may use"
        raise ValueError(reason)
    return {"issuer": issuer, **endpoints, "id_token_signing_alg_values_supported": algorithms}


def _read(answer: Response) -> bytes:
    began = time.perf_counter()
    content = b""
    while piece := answer.raw.read1(_PIECE, decode_content=True):
        content += piece
        if len(content) > LARGEST_ANSWER or time.perf_counter() - began > SECONDS:
            answer.close()
            reason = "too long an answer"
            raise RequestException(reason)
    return content


@contextmanager
def _plainly() -> Iterator[None]:
    """Every mishap becomes one of two answers; the log has its kind, never what was in it."""
    try:
        yield
    except RequestException as error:
        log.warning("identity provider away", extra={"reason": type(error).__name__})
        raise IdentityProviderAway from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("identity refused", extra={"reason": type(error).__name__})
        raise IdentityRefused from error


def _is_fresh(claims: Mapping[str, Any], begun: int) -> bool:
    """Whether the person signed in there after they were sent, and not some time before."""
    when = claims.get("auth_time")
    return isinstance(when, int) and when >= begun - LEEWAY_SECONDS


def _text(value: object) -> str:
    return vi.clean(value) if isinstance(value, str) else ""


def _day(value: object) -> date | None:
    """A whole birth date; providers may know the year alone, or hide it."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
