"""An identity provider on 127.0.0.1 that is as strict as a good one, or as wrong as it is told."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.wrappers import Request, Response

SECRET = "a secret of the client"
Change = Callable[[Any], Any]


class Provider:
    """Discovery, keys, codes for one use, PKCE and the client's secret; `spoil` says what is wrong.

    `spoil` maps a part (discovery, keys, claims, signed, token, userinfo) to a function
    that changes it on its way out.
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.claims: dict[str, Any] = {"sub": "thuy"}
        self.more: dict[str, Any] = {}
        self.spoil: dict[str, Change] = {}
        self.asked: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.requests: list[str] = []

    def answer(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        self.requests.append(request.path)
        parts = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": self._keys,
            "/token": self._token,
            "/userinfo": lambda _request: self._said(
                "userinfo", {"sub": self.claims["sub"], **self.more}
            ),
        }
        response = parts.get(request.path, lambda _r: Response("?", 404))(request)
        return response(environ, start)

    def sign_in(self, address: str) -> dict[str, str]:
        """What a browser does there: the query it is sent back with."""
        wish = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(wish)
        code = secrets.token_hex(8)
        self.codes[code] = wish
        return {"code": code, "state": wish["state"]}

    def _said(self, part: str, content: Any) -> Response:
        changed = self.spoil.get(part, lambda each: each)(content)
        if isinstance(changed, Response):
            return changed
        return Response(json.dumps(changed), content_type="application/json")

    def _discovery(self, _request: Request) -> Response:
        return self._said(
            "discovery",
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            },
        )

    def _userinfo(self, _request: Request) -> Response:
        return self._said("userinfo", {"sub": self.claims["sub"], **self.more})

    def _keys(self, _request: Request) -> Response:
        return self._said("keys", {"keys": [self.key.as_dict(private=False)]})

    def _token(self, request: Request) -> Response:
        wish = self.codes.pop(request.form.get("code", ""), None)
        basic = base64.b64encode(f"pho-hoc:{SECRET}".encode()).decode()
        if wish is None or not self._is_pkce_right(wish, request.form.get("code_verifier", "")):
            return Response(json.dumps({"error": "invalid_grant"}), 400)
        if request.headers.get("Authorization") != f"Basic {basic}":
            return Response(json.dumps({"error": "invalid_client"}), 401)
        if request.form.get("redirect_uri") != wish["redirect_uri"]:
            return Response(json.dumps({"error": "invalid_grant"}), 400)
        token = {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(wish)}
        return self._said("token", token)

    @staticmethod
    def _is_pkce_right(wish: dict[str, str], verifier: str) -> bool:
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return wish.get("code_challenge_method") == "S256" and wish["code_challenge"] == challenge

    def _signed(self, wish: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "pho-hoc",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": wish["nonce"],
            **self.claims,
        }
        claims = self.spoil.get("claims", lambda each: each)(claims)
        if "signed" in self.spoil:
            return self.spoil["signed"](claims)
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)


def unsigned(claims: dict[str, Any]) -> str:
    """What alg=none looks like."""
    parts = ({"alg": "none", "kid": "1"}, claims)
    packed = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return ".".join(part.decode() for part in packed) + "."


def signed_by_secret(secret: bytes) -> Callable[[dict[str, Any]], str]:
    """Signed with what everybody knows: the public key, or the client's secret."""
    key = OctKey.import_key(secret)
    return lambda claims: jwt.encode(
        {"alg": "HS256", "kid": "1"}, claims, key, algorithms=["HS256"]
    )


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """The provider answers on a port of its own."""
    server = make_server("127.0.0.1", 0, provider.answer, handler_class=_Quiet)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
