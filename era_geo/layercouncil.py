"""The council areas of Scotland: by any name or code that lists use, to the one code of today."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from era_geo import shipped

COUNTRY_PREFIX = "S12"
"""Every council area of Scotland has a code that begins so."""

_NOT_IN_NAME = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Council:
    """A council area: its code and its name."""

    code: str
    name: str


def find(name_or_code: str) -> Council | None:
    """Give the council area of a name or code, one of today or a former one; `None` where there is none."""
    return _by_key().get(_key(name_or_code))


@cache
def _by_key() -> dict[str, Council]:
    content = tomllib.loads((shipped.LAYERS / "councils.toml").read_text(encoding="utf-8"))
    found: dict[str, Council] = {}
    for entry in content["council"]:
        council = Council(entry["code"], entry["name"])
        for text in (council.code, council.name, *entry.get("also", ()), *entry.get("former", ())):
            found[_key(text)] = council
    return found


def _key(text: str) -> str:
    return _NOT_IN_NAME.sub("", text.casefold().replace("&", "and").removesuffix(" council"))
