"""Reading TOML that people write by hand: each field is asked for by its kind, and every fault is noted, not just the first."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from era_geo.errors import Fault
from era_geo.layerrules import ANY, LIFECYCLE_PREFIXES, Block, Condition

FOLDER = "layers"


class Table:
    """One table of a TOML file, with the faults of the whole file.

    Each asking method takes a field's key, notes a fault if the value is not of the kind, and gives a harmless value instead,
    so that reading goes on and all faults come to light. `finish` notes fields that nobody asked for.
    """

    def __init__(self, values: dict[str, Any], file: str, where: str, faults: list[Fault]) -> None:
        self.file = file
        self.where = where
        self.faults = faults
        self._values = values
        self._asked: set[str] = set()
        self._offered: set[str] = set()  # asked after, at least: a field that could have stood here

    def __contains__(self, key: str) -> bool:
        self._offered.add(key)
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def fault(self, key: str, what: str) -> None:
        """Note that the field `key` (or the table, where empty) is wrong."""
        where = ", ".join(part for part in (self.where, key) if part)
        self.faults.append(Fault(self.file, where, what))

    def raw(self, key: str) -> Any:
        """Give the field's value as TOML has it; `None` where absent."""
        self._asked.add(key)
        return self._values.get(key)

    def text(self, key: str, *, needed: bool = True) -> str:
        """Give a text that is not empty; an absent field that is not needed is the empty text."""
        value = self._need(key, needed=needed)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fault(key, 'must be a text in quotes, such as "School".')
            return ""
        return value

    def number(self, key: str) -> int:
        """Give a whole number of 1 or more."""
        value = self._need(key, needed=True)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.fault(key, "must be a whole number, 1 or more, without quotes.")
            return 0
        return value

    def flag(self, key: str) -> bool:
        """Give true or false; false where absent."""
        value = self.raw(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "must be true or false, without quotes.")
        return value is True

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        """Give a text that is one of `choices`."""
        value = self.text(key)
        allowed = list(choices)
        if value and value not in allowed:
            self.fault(key, f'"{value}" is not one of {", ".join(allowed)}.{nearest(value, allowed)}')
        return value

    def texts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        """Give a list of texts; a single text counts as a list of one."""
        value = self._need(key, needed=needed)
        if value is None:
            return ()
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not items or not all(isinstance(item, str) and item.strip() for item in items):
            self.fault(key, 'must be a list of texts in quotes, such as ["first", "second"], and not empty.')
            return ()
        return tuple(items)

    def table(self, key: str) -> Table:
        """Give a table inside this one, such as `style = { ... }`."""
        value = self._need(key, needed=True)
        if value is not None and not isinstance(value, dict):
            self.fault(key, 'must be a table in braces, such as { letter = "S" }.')
            value = None
        return self._inner(value or {}, key)

    def tables(self, key: str) -> list[Table]:
        """Give the tables written as `[[key]]`, numbered from 1 in faults."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, f"must be written as [[{key}]] on a line of its own, its fields below.")
            return []
        return [self._inner(item, f"{key} {number}") for number, item in enumerate(value, start=1)]

    def strings(self, key: str) -> dict[str, str]:
        """Give a table whose values are all texts, such as an example's tags."""
        value = self._need(key, needed=True)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            self.fault(key, 'must be a table of texts, such as { amenity = "school" }; "no" and "yes" go in quotes too.')
            return {}
        return value

    def block(self, *, but: Iterable[str] = ()) -> Block:
        """Read the table's own fields as a block of conditions, leaving out the fields named in `but`."""
        skipped = set(but)
        conditions = [self._condition(key) for key in self._values if key not in skipped]
        if not conditions:
            self.fault("", 'has no line such as amenity = "school", so it would match everything.')
        return Block(tuple(condition for condition in conditions if condition is not None))

    def finish(self) -> None:
        """Note every field that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                self.fault(key, f"is not a field that is known here.{nearest(key, sorted(self._asked | self._offered))}")

    def _inner(self, values: dict[str, Any], name: str) -> Table:
        return Table(values, self.file, ", ".join(part for part in (self.where, name) if part), self.faults)

    def _need(self, key: str, *, needed: bool) -> Any:
        value = self.raw(key)
        if value is None and needed:
            self.fault(key, "is missing.")
        return value

    def _condition(self, key: str) -> Condition | None:
        if ":" in key and key.partition(":")[0] in LIFECYCLE_PREFIXES:
            self.raw(key)
            self.fault(key, "can never match: a key with a lifecycle prefix is a place that is no more, or not yet.")
            return None
        values = self.texts(key)
        if not values:
            return None
        if ANY in values and len(values) > 1:
            self.fault(key, '"*" means any value but "no": it stands alone.')
        for value in values:
            if ";" in value or value != value.strip():
                self.fault(key, f'"{value}" can never match: values are split at ";" and stripped. List the parts one by one.')
        return Condition(key, tuple(value.casefold() for value in values))


def nearest(word: str, known: Iterable[str]) -> str:
    """Give " Did you mean X?" for the known word nearest to `word`, or nothing where none is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""


def shown_name(path: Path) -> str:
    """Give the path as a user knows it: from the `layers` folder on."""
    parts = path.parts
    return "/".join(parts[parts.index(FOLDER) :]) if FOLDER in parts else path.name


def read_toml(path: Path, faults: list[Fault], name: str | None = None) -> tuple[Table, bytes] | None:
    """Read a file as its outermost table and its bytes; `None` (and a fault) where it cannot be read as TOML.

    `name` is what faults call the file, where it is no layer file.
    """
    name = name or shown_name(path)
    try:
        content = path.read_bytes()
        # Windows editors write a byte order mark and \r\n; neither is a difference of content.
        content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        return Table(tomllib.loads(content.decode("utf-8")), name, "", faults), content
    except OSError as error:
        faults.append(Fault(name, "", f"cannot be read ({error.strerror})."))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        faults.append(Fault(name, f"line {line}", "holds a character that is not UTF-8. Save the file as UTF-8."))
    except tomllib.TOMLDecodeError as error:
        faults.append(_syntax_fault(name, str(error)))
    return None


def _syntax_fault(name: str, message: str) -> Fault:
    what, _, place = message.partition(" (at ")
    where = place.rstrip(")").replace("end of document", "end of file")
    return Fault(name, where, f"is not TOML: {what[:1].lower()}{what[1:]}. A text needs quotes; a list needs brackets.")
