"""A small OpenID Connect provider on loopback, as the standard has it: discovery, authorisation code with PKCE and nonce, keys,
ID tokens signed with RS256, sign-out. It lets `claims` in at once, and can be told to misbehave.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.servers import Asked, Reply, serve

CLIENT, SECRET = "era-geo", "a client's secret"


@dataclass
class Provider:
    """The provider. `token_changes` is laid over the ID token's claims; `other_key` signs with a key that nobody published."""

    claims: dict[str, Any] = field(default_factory=dict)
    token_changes: dict[str, Any] = field(default_factory=dict)
    other_key: bool = False
    url: str = ""
    faults: list[str] = field(default_factory=list)
    signed_out: int = 0
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    _other: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    _asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Reply:
        parts = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        match parts.path:
            case "/.well-known/openid-configuration":
                return _json(self._discovery())
            case "/keys":
                return _json({"keys": [self._key.as_dict(private=False)]})
            case "/authorise":
                return self._authorise(query)
            case "/token":
                return self._token(asked)
            case "/end":
                self.signed_out += 1
                return _to(query["post_logout_redirect_uri"])
            case _:
                return Reply(status=404)

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorise",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _authorise(self, query: dict[str, str]) -> Reply:
        for name, wanted in (("client_id", CLIENT), ("response_type", "code"), ("code_challenge_method", "S256")):
            self._hold(query.get(name) == wanted, f"{name} is {query.get(name)!r}")
        self._hold("openid" in query.get("scope", "").split(), "no scope openid")
        self._hold(bool(query.get("nonce")), "no nonce")
        self._hold(bool(query.get("state")), "no state")
        code = secrets.token_urlsafe()
        self._asked[code] = query
        return _to(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")

    def _token(self, asked: Asked) -> Reply:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        before = self._asked.pop(form.get("code", ""), None)
        if before is None:
            return _json({"error": "invalid_grant"}, status=400)
        basic = base64.b64decode(asked.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        self._hold(basic.split(":", 1)[0] == CLIENT or form.get("client_id") == CLIENT, "the client does not say who it is")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        self._hold(challenge == before["code_challenge"], "the code verifier does not fit")
        self._hold(form.get("redirect_uri") == before["redirect_uri"], "another redirect_uri")
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": before["nonce"],
            **self.claims, **self.token_changes,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self._other if self.other_key else self._key)
        return _json({"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def _hold(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(fault)


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider until the block ends; it then fails if the app broke the standard."""
    made = Provider()
    with serve(made.answer) as server:
        made.url = server.url
        yield made
    assert not made.faults, made.faults


def _json(content: dict[str, Any], status: int = 200) -> Reply:
    return Reply(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


def _to(url: str) -> Reply:
    return Reply(302, headers={"Location": url})
