"""Rules about the rows of a table: what an official list or a gazetteer says in its columns.

A row is a mapping of a column, as the source file names it, to the cell's cleaned text. A column may be given as alternatives
(`STREET_DESCRIPTOR|STREET`): the first that the table has is meant. Names of columns are compared without regard to case,
blanks and underscores.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from era_geo.layerrules import Block, Condition

Row = Mapping[str, str]

_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")
_NOT_IN_NAME = re.compile(r"[\W_]+")
_BLANK = re.compile(r"[^\S\n]+")
_BETWEEN_SENTENCES = re.compile(r"([.!?]); ")
_FIELD = re.compile(r"\{([^{}]*)\}")


HAS_WORD, STARTS_WITH, LOOKS_LIKE = "has_word", "starts_with", "looks_like"
LOOKS: dict[str, re.Pattern[str]] = {
    "postcode": re.compile(r"[a-z]{1,2}[0-9][0-9a-z]? *[0-9][a-z]{2}"),
    "whole number": re.compile(r"-?[0-9]+"),
    "number": re.compile(r"-?[0-9]+(\.[0-9]+)?"),
}


@dataclass(frozen=True)
class TextTest:
    """A test of one column's text, without regard to case.

    `has_word` wants one of `wanted` as whole words, `starts_with` as the beginning, `looks_like` one of the forms in `LOOKS`.
    """

    column: str
    kind: str
    wanted: tuple[str, ...]

    def holds(self, row: Row) -> bool:
        """Whether the cell passes the test."""
        text = row.get(self.column, "").casefold()
        if self.kind == STARTS_WITH:
            return text.startswith(self.wanted)
        if self.kind == LOOKS_LIKE:
            return any(LOOKS[look].fullmatch(text) for look in self.wanted)
        return any(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) for words in self.wanted)


@dataclass(frozen=True)
class RowRule:
    """Which rows are meant: all of `when` and of `tests` holds, and no line of `unless`. Without any it means every row."""

    when: Block
    unless: tuple[Condition, ...] = ()
    tests: tuple[TextTest, ...] = ()

    def holds(self, row: Row) -> bool:
        """Whether the row is meant."""
        return (
            self.when.holds(row)
            and all(test.holds(row) for test in self.tests)
            and not any(condition.holds(row) for condition in self.unless)
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the rule looks at."""
        return (*(c.key for c in self.when.conditions), *(c.key for c in self.unless), *(test.column for test in self.tests))


def clean_cell(text: str) -> str:
    """Give a cell's text as a person reads it: without HTML, entities written out, blanks made one.

    Lines are kept apart by `;`, or by the full stop that ends one.
    """
    if not text or text.isalnum():  # most cells by far, of millions
        return text
    if text.isprintable() and not ("<" in text or "&" in text or "  " in text):
        return text.strip().rstrip(";")
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", text))
    lines = (_BLANK.sub(" ", line).strip() for line in text.replace("\r", "\n").split("\n"))
    return _BETWEEN_SENTENCES.sub(r"\1 ", "; ".join(line.rstrip(";") for line in lines if line))


def fill(template: str, row: Row) -> str:
    """Write the cells that `{Column}` names into a sentence."""
    return _FIELD.sub(lambda match: row.get(match[1], ""), template)


def fields_of(template: str) -> tuple[str, ...]:
    """Give the columns that a sentence names in braces."""
    return tuple(_FIELD.findall(template))


def joined(columns: Sequence[str], row: Row) -> str:
    """Join the cells that are not empty with commas."""
    if len(columns) == 1:
        return row.get(columns[0], "")
    return ", ".join(cell for cell in (row.get(column, "") for column in columns) if cell)


def place_columns(wanted: Iterable[str], header: Sequence[str]) -> dict[str, int | None]:
    """Say at which place of `header` each wanted column stands; `None` where the table has none of its names."""
    places = {_name_key(name): place for place, name in reversed(list(enumerate(header)))}
    found: dict[str, int | None] = {}
    for column in wanted:
        names = (_name_key(name) for name in column.split("|"))
        found[column] = next((places[name] for name in names if name in places), None)
    return found


def row_of(line: Sequence[str], places: Mapping[str, int | None]) -> dict[str, str]:
    """Give the wanted cells of a line, cleaned; one that the line is too short for is empty. No other cell is looked at."""
    return {column: clean_cell(line[place]) if place is not None and place < len(line) else "" for column, place in places.items()}


def _name_key(name: str) -> str:
    return _NOT_IN_NAME.sub("", name.removeprefix("\ufeff").casefold())
