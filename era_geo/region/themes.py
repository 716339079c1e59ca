"""What a thematic extract is limited to, and whether it can therefore answer a question.

A full extract holds whatever was mapped in its area. A thematic one (every shop, all pitches) holds nothing else, and its
silence about anything else means nothing. A theme is `key=value`, or `key=*` for every value of a key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from era_geo.errors import UsageError

# The keys by which people ask for an extract.
_MAIN_KEYS = (
    "amenity", "shop", "leisure", "tourism", "healthcare", "office", "craft", "club", "historic", "emergency", "man_made",
    "military", "landuse", "public_transport", "railway", "highway", "social_facility", "education", "playground", "building",
    "sport", "natural", "barrier", "place", "entrance", "addr:housenumber",
)  # fmt: skip
# A key with this many values, none of them half of all, was asked for as a whole; a few values were asked for one by one.
_WHOLE_KEY_VALUES = 15
_WHOLE_KEY_SHARE = 0.5
_FEW_ROADS = 0.01


def is_thematic(*, roads: int, objects: int, places: int) -> bool:
    """Whether a file is evidently limited to themes: it has next to no roads, or nothing but roads.

    Any real area, however small, has roads beside what else it has. `roads` counts highway ways, `objects` whatever was read,
    `places` the rows of that table.
    """
    return roads < _FEW_ROADS * objects or not places


def themes_of(objects: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Name the fewest themes that all of a thematic file's objects (their tags) fall under, the commonest first.

    It claims no more than the objects need for an explanation: where every pitch is one for soccer or tennis, and there are
    soccer clubs besides, the file holds soccer and tennis, not pitches. Objects without any main key claim nothing.
    """
    tagged = [{key: tags[key] for key in _MAIN_KEYS if key in tags} for tags in objects]
    values: dict[str, Counter[str]] = {}
    for tags in tagged:
        for key, value in tags.items():
            values.setdefault(key, Counter())[value] += 1
    whole = {key for key, counts in values.items() if _asked_for_whole(counts)}
    of_object = [frozenset(f"{key}=*" if key in whole else f"{key}={value}" for key, value in tags.items()) for tags in tagged]
    members: dict[str, list[int]] = {}
    for number, themes in enumerate(of_object):
        for theme in themes:
            members.setdefault(theme, []).append(number)
    explained = [len(themes) for themes in of_object]
    for theme in sorted(members, key=lambda theme: (len(members[theme]), theme)):
        if all(explained[number] > 1 for number in members[theme]):  # the others explain all that this one does
            for number in members.pop(theme):
                explained[number] -= 1
    return tuple(sorted(members, key=lambda theme: (-len(members[theme]), theme)))


def _asked_for_whole(counts: Counter[str]) -> bool:
    return len(counts) >= _WHOLE_KEY_VALUES and max(counts.values()) <= _WHOLE_KEY_SHARE * counts.total()


def covers_selector(themes: Sequence[str], key: str, value: str = "*") -> bool:
    """Whether a source limited to `themes` holds every object with `key=value` there is (`*`: with any value of the key).

    No themes: a full extract, which holds everything. A layer's block whose lines must all hold is covered when one of its
    lines is.
    """
    return not themes or f"{key}=*" in themes or f"{key}={value}" in themes


def checked(themes: Iterable[str]) -> tuple[str, ...]:
    """Give themes that a person wrote, once each.

    Raises
    ------
    UsageError
        If one is not `key=value` or `key=*`.
    """
    given = tuple(dict.fromkeys(theme.strip() for theme in themes))
    wrong = [theme for theme in given if not all(part.strip() for part in theme.partition("=")[::2])]
    if wrong:
        raise UsageError(f"These themes are not of the form key=value or key=*: {', '.join(map(repr, wrong))}.")
    return given
