"""What is wrong with layers that can each be read: styles alike, unknown tags, blocks that decide nothing, failing examples."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from typing import Protocol

from era_geo import layercolour
from era_geo.errors import Fault
from era_geo.layerfile import Common, Vocabulary
from era_geo.layerrules import ANY, Block, Caveat, Condition, Tags
from era_geo.layertoml import nearest
from era_geo.layertypes import Example, Layer

Pairs = AbstractSet[tuple[str, str]]


class _Match(Protocol):
    @property
    def layer(self) -> str: ...
    @property
    def caveats(self) -> tuple[str, ...]: ...


def cross_faults(layers: Sequence[Layer], known: Collection[str], common: Common, vocabulary: Vocabulary) -> list[Fault]:
    """Give the faults that show only when the files are held against each other and against the tags in use.

    `known` are the ids of all layer files, those that could not be read included.
    """
    faults = [fault for first, second in combinations(layers, 2) for fault in _style_faults(first, second)]
    for layer in layers:
        faults += _block_faults(layer, common)
        for number, block in enumerate(layer.match, start=1):
            if not block.known_mistag:
                faults += _typos(layer.file, f"match {number}", block.conditions, vocabulary)
        faults += _caveat_typos(layer.file, layer.caveats, vocabulary, _mistags(layer))
    faults += _without_faults(layers)
    faults += _caveat_typos(common.file, common.caveats, vocabulary)
    for number, never in enumerate(common.never, start=1):
        faults += _typos(common.file, f"never {number}, when", never.when.conditions, vocabulary)
    for layer_id in common.order:
        if layer_id not in known:
            faults.append(Fault(common.file, "order", f'there is no layer "{layer_id}".{nearest(layer_id, known)}'))
    return faults


def example_faults(layers: Sequence[Layer], classify: Callable[[Tags], Sequence[_Match]]) -> list[Fault]:
    """Give a fault for each example that does not come out as its file says."""
    faults = []
    for layer in layers:
        for number, example in enumerate(layer.examples, start=1):
            match = next((match for match in classify(example.tags) if match.layer == layer.id), None)
            what = _example_fault(example, match)
            if what:
                faults.append(Fault(layer.file, f"example {number}", what))
    return faults


def _example_fault(example: Example, match: _Match | None) -> str | None:
    tags = ", ".join(f"{key}={value}" for key, value in example.tags.items())
    if example.matches and match is None:
        return f"{tags} should match, and does not."
    if not example.matches and match is not None:
        return f"{tags} should not match, and does."
    if match is not None and example.caveats is not None and set(example.caveats) != set(match.caveats):
        said = "; ".join(match.caveats) or "nothing"
        return f"{tags} should come with the caveats: {'; '.join(example.caveats) or 'none'}. It comes with: {said}."
    return None


def _style_faults(first: Layer, second: Layer) -> Iterator[Fault]:
    mine, theirs = first.style, second.style
    if mine.letter.casefold() == theirs.letter.casefold():
        yield Fault(second.file, "style, letter", f'"{theirs.letter}" is the letter of {first.file} too. Take another.')
    if mine.shape == theirs.shape:
        difference, vision = layercolour.least_difference(mine.colour, theirs.colour)
        if difference < layercolour.LEAST_DIFFERENCE:
            yield Fault(
                second.file,
                "style, colour",
                f'"{theirs.colour}" cannot be told from the "{mine.colour}" of {first.file}, a {mine.shape} too, with {vision} '
                f"(difference {difference:.0f}, at least {layercolour.LEAST_DIFFERENCE:.0f}). Take another colour or shape.",
            )


def _block_faults(layer: Layer, common: Common) -> Iterator[Fault]:
    for number, block in enumerate(layer.match, start=1):
        for never_number, never in enumerate(common.never, start=1):
            if never.when.covers(block):
                what = f"can never match: {common.file}, never {never_number}, keeps such places out of open map data."
                yield Fault(layer.file, f"match {number}", what)
        for other_number, other in enumerate(layer.match, start=1):
            if other is not block and other.covers(block) and not (block.covers(other) and number < other_number):
                yield Fault(layer.file, f"match {number}", f"adds nothing: match {other_number} finds all of its places.")


def _without_faults(layers: Sequence[Layer]) -> Iterator[Fault]:
    """Hold `without` to its purpose: to leave a place to the block that knows it better, never to hide one."""
    blocks = [block for layer in layers for block in layer.match]
    for layer in layers:
        for number, block in enumerate(layer.match, start=1):
            for key in block.without:
                if not any(_looks_by(key, other, block) for other in blocks):
                    what = f'"{key}" is no key that another block finds such places by, so this would hide places. Use a caveat.'
                    yield Fault(layer.file, f"match {number}, without", what)


def _looks_by(key: str, other: Block, block: Block) -> bool:
    """Whether `other` may find, by `key`, the places that `block` finds where `key` is absent."""
    rest = tuple(condition for condition in other.conditions if condition.key != key)
    return len(rest) < len(other.conditions) and Block(rest).covers(block)


def _mistags(layer: Layer) -> Pairs:
    """Give the pairs that the layer's own blocks declare to be known mistags: its caveats may speak of them."""
    mistagged = [block for block in layer.match if block.known_mistag]
    return {(condition.key, value) for block in mistagged for condition in block.conditions for value in condition.values}


def _caveat_typos(file: str, caveats: Sequence[Caveat], vocabulary: Vocabulary, passed: Pairs = frozenset()) -> Iterator[Fault]:
    for number, caveat in enumerate(caveats, start=1):
        yield from _typos(file, f"caveat {number}, when", caveat.when.conditions, vocabulary, passed)
        yield from _typos(file, f"caveat {number}, unless", caveat.unless, vocabulary, passed)


def _typos(
    file: str, where: str, conditions: Sequence[Condition], vocabulary: Vocabulary, passed: Pairs = frozenset()
) -> Iterator[Fault]:
    for condition in conditions:
        key = condition.key
        if key in vocabulary.free:
            continue
        if key not in vocabulary.values:
            known = [*vocabulary.values, *vocabulary.free]
            yield Fault(file, f"{where}, {key}", f"the key is not known.{nearest(key, known)}{_REMEDY}")
            continue
        for value in condition.values:
            if value != ANY and value not in vocabulary.values[key] and (key, value) not in passed:
                hint = nearest_pair(key, value, vocabulary)
                yield Fault(file, f"{where}, {key}", f"{key}={value} is not known.{hint}{_REMEDY}")


_REMEDY = (
    " If it is used on the map all the same, add known_mistag = true to the [[match]] block, or the tag to layers/known_tags.toml."
)


def nearest_pair(key: str, value: str, vocabulary: Vocabulary) -> str:
    """Give " Did you mean KEY=VALUE?" for the nearest known pair: by spelling, else the same value under another key."""
    elsewhere = sorted(other for other, values in vocabulary.values.items() if value in values)
    for cutoff in (0.8, 0.6):
        here = difflib.get_close_matches(value, sorted(vocabulary.values[key]), n=1, cutoff=cutoff)
        if here:
            return f' Did you mean "{key}={here[0]}"?'
        if elsewhere:
            return f' Did you mean "{elsewhere[0]}={value}"?'
    return ""
