"""What a layer file's rules mean: conditions on tags, the blocks and caveats made of them, and an index that finds them fast.

A condition holds if the tag's value, split at `;` and stripped, has one of the wanted values; `"*"` wants any value but `no`.
Case does not matter. Keys are compared whole, so a key with a lifecycle prefix (`disused:amenity`) never meets `amenity`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ANY = "*"
LIFECYCLE_PREFIXES = (
    "disused", "abandoned", "was", "demolished", "removed", "razed", "destroyed", "ruins", "historic", "proposed", "planned",
    "construction", "closed", "vacant", "former",
)  # fmt: skip
Tags = Mapping[str, str]


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
        if self.wants_any:
            return any(map(_means_something, split_value(text)))
        return any(part in self.values for part in split_value(text))

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


class BlockIndex:
    """Blocks of many owners, found by the tags they need: a batch asks a million times.

    Parameters
    ----------
    blocks
        Pairs of an owner's number and one of its blocks.
    """

    def __init__(self, blocks: Iterable[tuple[int, Block]]) -> None:
        self._by_key: dict[str, dict[str, list[tuple[int, Block]]]] = {}
        for owner, block in blocks:
            # One condition finds the block, the rest are tried then; a listed value is rarer than any value at all.
            pivot = next((condition for condition in block.conditions if not condition.wants_any), block.conditions[0])
            by_value = self._by_key.setdefault(pivot.key, {})
            for value in pivot.values:
                by_value.setdefault(value, []).append((owner, block))

    def find(self, tags: Tags) -> dict[int, list[Block]]:
        """Give, for each owner, those of its blocks that hold for these tags."""
        found: dict[int, list[Block]] = {}
        for key, text in tags.items():
            by_value = self._by_key.get(key)
            if by_value is None:
                continue
            for part in (ANY, *split_value(text)):
                for owner, block in by_value.get(part, ()):
                    # One value may lead to a block twice (school;school), and each block is to be named once.
                    if block.holds(tags) and block not in found.get(owner, ()):
                        found.setdefault(owner, []).append(block)
        return found
