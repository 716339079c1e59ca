"""What a server knows of its sign-in: `sign-in.toml` in `ERA_GEO_HOME`. Whoever it does not name a role for gets nothing.

[auth]                          # the OpenID Connect provider
redirect_uri = "https://era.example.org/oauth2callback"
server_metadata_url = "https://id.example.org/.well-known/openid-configuration"
client_id = "era-geo"
client_secret = "..."
cookie_secret = "..."           # 32 characters or more, at random

[people]                        # which claims tell who somebody is
roles_claim = "groups"          # "realm_access.roles" reaches into a claim
agency_claim = "organisation"
name_claim = "name"
ask = "Who to ask for access: a name or an office, and how to reach it"

[people.roles]                  # a value of the roles claim -> officer, reviewer, analyst or administrator
"era-officers" = "officer"

[people.agencies]               # a value of the agency claim -> an agency's id (era_geo.accounts)
"Marrow Homes" = "landlord:marrow-homes"

[session]
idle_minutes = 15
hours = 10
"""

from __future__ import annotations

import functools
import hashlib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from era_geo.accounts import Account, Role, agency_kind
from era_geo.errors import DataError, Fault, FaultyFiles, UsageError

FILE = "sign-in.toml"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LONGEST_NAME = 80
LONGEST_HOURS = 24
"""How long a sign-in may last at most, whatever the file says."""


def _secure(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)):
        raise ValueError("must begin with https:// and name a host")
    return url


def _callback(url: str) -> str:
    if not url.endswith("/oauth2callback"):
        raise ValueError("must end with /oauth2callback")
    return _secure(url)


def _agency(value: str) -> str:
    try:
        agency_kind(value)
    except UsageError as error:
        raise ValueError(str(error)) from error
    return value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(_Part):
    """The table `auth`: the provider, and the secret that signs the cookie which remembers a sign-in."""

    redirect_uri: Annotated[str, AfterValidator(_callback)]
    server_metadata_url: Annotated[str, AfterValidator(_secure)]
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1)
    cookie_secret: str = Field(min_length=32)
    client_kwargs: dict[str, str] = Field(default_factory=dict)


class People(_Part):
    """The table `people`: which claims tell roles, agency and name, and what their values mean here."""

    roles_claim: str = Field(min_length=1)
    agency_claim: str = Field(min_length=1)
    name_claim: str = "name"
    ask: str = Field(min_length=1)
    roles: dict[str, Role] = Field(min_length=1)
    agencies: dict[str, Annotated[str, AfterValidator(_agency)]] = Field(min_length=1)


class Session(_Part):
    """The table `session`: how long a sign-in lasts untouched, and at most."""

    idle_minutes: float = Field(default=15.0, gt=0, le=LONGEST_HOURS * 60)
    hours: float = Field(default=10.0, gt=0, le=LONGEST_HOURS)


class SignIn(_Part):
    """All of `sign-in.toml`."""

    auth: Provider
    people: People
    session: Session = Field(default_factory=Session)

    @property
    def origin(self) -> str:
        """Give the origin under which people reach the app: `https://era.example.org`."""
        parts = urlsplit(self.auth.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """Give the host's name alone."""
        return urlsplit(self.auth.redirect_uri).hostname or ""


@dataclass(frozen=True)
class Refused:
    """Somebody has signed in and may do nothing here; `why` is a sentence for them."""

    why: str


def load(home: Path) -> SignIn | None:
    """Read `sign-in.toml`; `None` where there is none, so that nobody signs in and only this machine is served.

    Raises
    ------
    DataError
        If the file cannot be read, or others than its owner and group may read it.
    FaultyFiles
        If it has faults: each is named.
    """
    path = home / FILE
    try:
        if not path.exists():
            return None
        if os.name == "posix" and path.stat().st_mode & 0o007:
            raise DataError(
                f"{FILE} holds secrets, and every account of this machine may read it. Make it private: chmod 600 {FILE}."
            )
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{FILE} cannot be read ({type(error).__name__}).") from None
    except tomllib.TOMLDecodeError as error:
        raise FaultyFiles([Fault(FILE, "", f"It is no TOML: {error}.")]) from None
    try:
        return SignIn.model_validate(content)
    except ValidationError as error:
        # pydantic's own message repeats the value, which may be a secret.
        faults = [Fault(FILE, ".".join(map(str, fault["loc"])), f"{fault['msg']}.") for fault in error.errors(include_input=False)]
        raise FaultyFiles(faults) from None


def current(home: Path) -> SignIn | None:
    """Give what `load` gives of the file as it is now, which is read only when it has changed.

    Raises
    ------
    DataError
        As `load` does.
    """
    path = home / FILE
    return _loaded(home, path.stat().st_mtime_ns if path.exists() else 0)


@functools.lru_cache(maxsize=1)
def _loaded(home: Path, stamp: int) -> SignIn | None:  # noqa: ARG001 - part of the cache's key
    return load(home)


def account_of(claims: Mapping[str, Any], people: People) -> Account | Refused:
    """Say who has signed in: an account with roles and one agency, or why it may do nothing.

    Parameters
    ----------
    claims
        What the provider's token says, its signature, issuer, audience and time already checked.
    """
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not (isinstance(issuer, str) and isinstance(subject, str) and issuer and subject):
        return Refused("The sign-in does not say who you are.")
    roles = frozenset(people.roles[value] for value in _values(claims, people.roles_claim) if value in people.roles)
    if not roles:
        return Refused("Your account has no role in this app.")
    agencies = {people.agencies[value] for value in _values(claims, people.agency_claim) if value in people.agencies}
    if len(agencies) != 1:
        known = "does not say which agency you work for" if not agencies else "names more than one agency"
        return Refused(f"Your account {known}.")
    key = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()[:32]
    return Account(f"oidc:{key}", _name(claims, people.name_claim, key), agencies.pop(), roles, authenticated=True)


def _values(claims: Mapping[str, Any], name: str) -> list[str]:
    """Give a claim's values as texts; a dot in `name` reaches into a claim, unless a claim has that very name."""
    value: Any = claims.get(name)
    if value is None:
        value = claims
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, str)]


def _name(claims: Mapping[str, Any], name: str, key: str) -> str:
    for claim in (name, "name", "preferred_username"):
        for value in _values(claims, claim):
            words = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
            if words:
                return words[:_LONGEST_NAME]
    return f"account {key[:8]}"
