"""What a layer file's rules mean: conditions on tags, the blocks and caveats made of them, and an index that finds them fast.

A condition holds if the tag's value, split at `;` and stripped, has one of the wanted values; `"*"` wants any value but `no`.
Case does not matter. Keys are compared whole, so a key with a lifecycle prefix (`disused:amenity`) never meets `amenity`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

ANY = "*"
LIFECYCLE_PREFIXES = (
    "disused", "abandoned", "was", "demolished", "removed", "razed", "destroyed", "ruins", "historic", "proposed", "planned",
    "construction", "closed", "vacant", "former",
)  # fmt: skip
Tags = Mapping[str, str]


@lru_cache(maxsize=8192)
def split_value(text: str) -> tuple[str, ...]:
    """Give the parts of a tag's value, lower case and without blanks around them: `"Pub; Hotel"` is `("pub", "hotel")`."""
    if ";" not in text:
        return (text.strip().casefold(),)
    return tuple(part for part in (piece.strip().casefold() for piece in text.split(";")) if part)


def _means_something(part: str) -> bool:
    return part not in {"", "no"}


@dataclass(frozen=True)
class Condition:
    """One line of a block: the tag `key` has one of `values` (lower case), or any value but `no` where `values` is `("*",)`."""

    key: str
    values: tuple[str, ...]

    @property
    def wants_any(self) -> bool:
        """Whether any value but `no` will do."""
        return self.values == (ANY,)

    def holds(self, tags: Tags) -> bool:
        """Whether the condition holds for these tags."""
        text = tags.get(self.key)
        if text is None:
            return False
        for part in split_value(text):  # noqa: SIM110 - a generator costs as much as the rest of this hot path
            if part in self.values or (self.wants_any and _means_something(part)):
                return True
        return False

    def covers(self, other: Condition) -> bool:
        """Whether every tag that meets `other` meets this condition too."""
        if self.key != other.key:
            return False
        if self.wants_any:
            return other.wants_any or all(map(_means_something, other.values))
        return set(other.values) <= set(self.values)


@dataclass(frozen=True)
class Block:
    """Conditions that must all hold, and keys that must be absent (`without`): other blocks look for places by those.

    `known_mistag` says that the tags are known to be wrong and are found all the same.
    """

    conditions: tuple[Condition, ...]
    without: tuple[str, ...] = ()
    known_mistag: bool = False

    def holds(self, tags: Tags) -> bool:
        """Whether every condition holds and no key of `without` is there."""
        for condition in self.conditions:
            if not condition.holds(tags):
                return False
        return not any(key in tags for key in self.without)

    def covers(self, other: Block) -> bool:
        """Whether every place that meets `other` meets this block too."""
        implied = all(any(mine.covers(theirs) for theirs in other.conditions) for mine in self.conditions)
        return implied and set(self.without) <= set(other.without)


@dataclass(frozen=True)
class Caveat:
    """A sentence added to a place where all of `when` holds and no line of `unless` does. It never hides the place."""

    when: Block
    unless: tuple[Condition, ...]
    say: str

    def applies(self, tags: Tags) -> bool:
        """Whether the sentence is to be said about a place with these tags."""
        return self.when.holds(tags) and not any(condition.holds(tags) for condition in self.unless)


@dataclass(frozen=True)
class Never:
    """Places that are never taken from open map data, whatever a layer file says, and why."""

    when: Block
    why: str


Item = TypeVar("Item")


class BlockIndex(Generic[Item]):
    """Things of many owners that hang on blocks, found by the tags the blocks need: a batch asks a million times.

    Parameters
    ----------
    entries
        An owner's number, a block, and what is found where the block holds.
    """

    def __init__(self, entries: Iterable[tuple[int, Block, Item]]) -> None:
        self._by_key: dict[str, dict[str, list[tuple[int, int, Block, Item]]]] = {}
        for position, (owner, block, item) in enumerate(entries):
            # One condition finds the block, the rest are tried then; a listed value is rarer than any value at all.
            pivot = next((condition for condition in block.conditions if not condition.wants_any), block.conditions[0])
            by_value = self._by_key.setdefault(pivot.key, {})
            for value in pivot.values:
                by_value.setdefault(value, []).append((position, owner, block, item))

    def find(self, tags: Tags, owners: Container[int] | None = None) -> dict[int, list[Item]]:
        """Give, for each owner, what hangs on those of its blocks that hold for these tags, in the order of the entries.

        Where `owners` is given, nobody else's blocks are tried.
        """
        found: dict[int, dict[int, Item]] = {}
        for key, text in tags.items():
            by_value = self._by_key.get(key)
            if by_value is None:
                continue
            for part in (ANY, *split_value(text)):
                for position, owner, block, item in by_value.get(part, ()):
                    if (owners is None or owner in owners) and block.holds(tags):
                        found.setdefault(owner, {})[position] = item
        return {owner: [items[position] for position in sorted(items)] for owner, items in found.items()}
