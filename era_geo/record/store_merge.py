"""What differs between two forms, field by field, and how the changes of two people to one form come together.

Fields are named by paths: `analysis.judgement`, `agencies[police].outcome`. The rows of a list are told apart by what they are
about (an agency by its id, an address by its text), so that two agencies that each answer for themselves do not collide. The
assessment is one field: half of one look and half of another would be facts that nobody found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from era_geo.errors import UsageError
from era_geo.record.form import Form
from era_geo.record.formjson import form_from_dict, form_to_dict

_ABSENT = object()
_PATH = re.compile(r"\[([^\]]+)\]|([a-z_]+)")
_ROW_KEYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "agencies": lambda row: str(row["agency"]),
    "addresses": lambda row: str(row["address"]),
    "desk_checks": lambda row: f"{row['agency']}: {row['what']}",
    "physical_check.rows": lambda row: str(row["what"]),
    "measures": lambda row: str(row["text"]),
}


@dataclass(frozen=True)
class Difference:
    """One field that differs. `before` and `after` are its values as JSON has them, `None` where the row is not there."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Clash:
    """One field that both people changed, each in another way."""

    path: str
    base: Any
    saved: Any
    typed: Any


@dataclass(frozen=True)
class Merged:
    """Both people's changes in one form. Of a field in `conflicts` it holds what was typed; `taken` are the other's fields."""

    form: Form
    conflicts: tuple[Clash, ...]
    taken: tuple[str, ...]


def differences(before: Form, after: Form) -> tuple[Difference, ...]:
    """Name the fields in which two forms differ, in the order of the form."""
    one, other = _leaves(form_to_dict(before)), _leaves(form_to_dict(after))
    paths = [*other, *(path for path in one if path not in other)]
    return tuple(
        Difference(path, one.get(path), other.get(path)) for path in paths if one.get(path, _ABSENT) != other.get(path, _ABSENT)
    )


def rows_by_key(form: Form, path: str) -> Mapping[str, Mapping[str, Any]]:
    """Give the rows of a list, such as `addresses`, by the keys that stand in the paths of their fields."""
    rows: Mapping[str, Mapping[str, Any]] = _keyed(path, form_to_dict(form)[path])
    return rows


def merge(base: Form, saved: Form, typed: Form) -> Merged:
    """Bring the changes of `saved` and of `typed`, both made from `base`, into one form.

    A field that only one of them changed has that change. A field that both changed in different ways is listed as a conflict,
    and holds what was typed.
    """
    work = _Merge()
    data = work.merged("", *(_keyed("", form_to_dict(form)) for form in (base, saved, typed)))
    return Merged(form_from_dict(_unkeyed("", data)), tuple(work.found), tuple(work.taken))


def with_fields_of(form: Form, other: Form, paths: Collection[str]) -> Form:
    """Give `form` with the fields at `paths` (as conflicts name them) as `other` has them: how a person settles a conflict."""
    one, theirs = (_keyed("", form_to_dict(each)) for each in (form, other))
    return form_from_dict(_unkeyed("", _replaced("", one, theirs, paths)))


def _replaced(path: str, one: Any, other: Any, paths: Collection[str]) -> Any:
    if path in paths:
        return other
    if not isinstance(one, dict) or path == "assessment":
        return one
    rows, theirs = isinstance(one, _Rows), other if isinstance(other, dict) else {}
    whole = _Rows() if rows else {}
    for key in [*one, *(key for key in theirs if key not in one)]:
        value = _replaced(_inner(path, key, rows=rows), one.get(key, _ABSENT), theirs.get(key, _ABSENT), paths)
        if value is not _ABSENT:
            whole[key] = value
    return whole


def _inner(path: str, key: str, *, rows: bool) -> str:
    return f"{path}[{key}]" if rows else f"{path}.{key}" if path else key


def with_field(form: Form, path: str, text: str) -> Form:
    """Give the form with another value in one field, named as `differences` names it: `decision.outcome`, `agencies[nhs].detail`.

    Parameters
    ----------
    text
        The value as a person types it: the text itself; other kinds as JSON has them (`2`, `true`, `null`), dates as 2026-11-23.

    Raises
    ------
    UsageError
        If there is no such field, or it holds more than one value.
    DataError
        If the value does not fit.
    """
    data = _keyed("", form_to_dict(form))
    holder, steps = data, _PATH.findall(path)
    keys = [row or name for row, name in steps]
    if not keys or keys[0] == "assessment" or "".join(f"[{row}]" if row else f".{name}" for row, name in steps).lstrip(".") != path:
        raise UsageError(f"{path}: there is no such field. Fields are named as in analysis.judgement or agencies[police].outcome.")
    for place, key in enumerate(keys):
        if not isinstance(holder, dict) or key not in holder:
            known = ", ".join(holder) if isinstance(holder, dict) else "nothing further"
            raise UsageError(f"{path}: there is no field {key!r}. Here there are: {known}.")
        if place < len(keys) - 1:
            holder = holder[key]
    before = holder[keys[-1]]
    if isinstance(before, dict):
        raise UsageError(f"{path}: this holds several fields: {', '.join(before)}. Set them one by one.")
    holder[keys[-1]] = _typed(before, text)
    return form_from_dict(_unkeyed("", data))


def _typed(before: Any, text: str) -> Any:
    """Read what was typed as the kind of value that stands there; where none does, as JSON if it is JSON, else as text."""
    if isinstance(before, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _leaves(data: dict[str, Any]) -> dict[str, Any]:
    return dict(_walk("", _keyed("", data)))


def _walk(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, _Rows):
        for key, row in value.items():
            yield from _walk(f"{path}[{key}]", row)
    elif isinstance(value, dict) and path != "assessment":
        for key, inner in value.items():
            yield from _walk(f"{path}.{key}" if path else key, inner)
    else:
        yield path, value


class _Rows(dict[str, Any]):
    """A list whose rows are told apart by what they are about."""


def _keyed(path: str, value: Any) -> Any:
    """Turn the lists whose rows have a key into rows by key; one key twice gets a number behind it."""
    if path == "assessment" or not isinstance(value, dict | list):
        return value
    if isinstance(value, dict):
        return {key: _keyed(f"{path}.{key}" if path else key, inner) for key, inner in value.items()}
    if path not in _ROW_KEYS:
        return value
    rows = _Rows()
    for row in value:
        name = _ROW_KEYS[path](row)
        again = sum(1 for key in rows if key == name or key.startswith(f"{name} #"))
        rows[f"{name} #{again + 1}" if again else name] = dict(row)
    return rows


def _unkeyed(path: str, value: Any) -> Any:
    if isinstance(value, _Rows):
        return list(value.values())
    if isinstance(value, dict) and path != "assessment":
        return {key: _unkeyed(f"{path}.{key}" if path else key, inner) for key, inner in value.items()}
    return value


class _Merge:
    """One merge: the conflicts that were found on the way, and the fields in which only the other changed something."""

    def __init__(self) -> None:
        self.found: list[Clash] = []
        self.taken: list[str] = []

    def merged(self, path: str, base: Any, saved: Any, typed: Any) -> Any:
        """Give the value of one field; what both changed in different ways stays as typed."""
        if saved in (typed, base):
            return typed
        leaf = not isinstance(typed, dict) or not isinstance(saved, dict) or path == "assessment"
        if leaf and typed == base:
            self.taken.append(path)
            return saved
        if leaf:
            self.found.append(Clash(path, *(None if value is _ABSENT else value for value in (base, saved, typed))))
            return saved if typed is _ABSENT else typed
        began = base if isinstance(base, dict) else {}
        rows = isinstance(typed, _Rows)
        whole = _Rows() if rows else {}
        for key in [*typed, *(key for key in saved if key not in typed)]:
            value = self.merged(_inner(path, key, rows=rows), *(side.get(key, _ABSENT) for side in (began, saved, typed)))
            if value is not _ABSENT:
                whole[key] = value
        return whole
