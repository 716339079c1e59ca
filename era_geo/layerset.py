"""Layers as data: which tags make a school, a nursery, a play area. `load` reads the files, `LayerSet.classify` applies them.

The shipped files lie in `layers/places/`, one for each layer; a file of the same name in `ERA_GEO_HOME/layers/places/` replaces
the shipped one, any other adds a layer. `layers/README.md` says how one is written. `check` gives every fault of every file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from era_geo import layersourcefile
from era_geo.errors import Fault, FaultyFiles, UsageError
from era_geo.layercheck import cross_faults, example_faults
from era_geo.layerfile import find_files, read_common, read_layer, read_vocabulary
from era_geo.layerrules import Block, BlockIndex, Caveat, Never, Tags
from era_geo.layertypes import GROUPS, SHAPES, Example, Layer

if TYPE_CHECKING:
    from era_geo.settings import Settings  # slow to import

__all__ = [
    "GROUPS",
    "SHAPES",
    "Block",
    "Caveat",
    "Example",
    "Layer",
    "LayerMatch",
    "LayerSet",
    "Never",
    "check",
    "load",
    "selectors",
]

_EVERY_LAYER = -1


@dataclass(frozen=True)
class LayerMatch:
    """One layer that a place belongs to: why (its tags, `amenity=school`, as the source has them) and what to say about it."""

    layer: str
    why: tuple[str, ...]
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class LayerSet:
    """All layers, in the order in which they are shown. It may be pickled to worker processes.

    `version` is that of the shipped files, with `+local` where a file in `ERA_GEO_HOME` has a say; `sha256` is a checksum of
    the content of every file that was read. `caveats` are said of the places of any layer; `never` are places that are never
    taken from open map data.
    """

    version: str
    sha256: str
    layers: tuple[Layer, ...]
    caveats: tuple[Caveat, ...] = ()
    never: tuple[Never, ...] = ()
    _blocks: BlockIndex[Block] = field(init=False, repr=False, compare=False)
    _said: BlockIndex[Caveat] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        blocks = [(number, block, block) for number, layer in enumerate(self.layers) for block in layer.match]
        said = [(number, caveat.when, caveat) for number, layer in enumerate(self.layers) for caveat in layer.caveats]
        said += [(_EVERY_LAYER, caveat.when, caveat) for caveat in self.caveats]
        object.__setattr__(self, "_blocks", BlockIndex(blocks))
        object.__setattr__(self, "_said", BlockIndex(said))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The layers' ids, in order."""
        return tuple(layer.id for layer in self.layers)

    @cached_property
    def keys_needed(self) -> frozenset[str]:
        """Every tag key that some match block asks for."""
        return frozenset(condition.key for layer in self.layers for block in layer.match for condition in block.conditions)

    def layer(self, layer_id: str) -> Layer:
        """Give a layer by its id.

        Raises
        ------
        UsageError
            If there is no such layer; the ids that exist are named.
        """
        for layer in self.layers:
            if layer.id == layer_id:
                return layer
        raise UsageError(f"There is no layer '{layer_id}'. Layers: {', '.join(self.ids)}.")

    def classify(self, tags: Mapping[str, str]) -> tuple[LayerMatch, ...]:
        """Give every layer that a place with these tags belongs to, in the layers' order; nothing for most objects of a map."""
        found = self._blocks.find(tags)
        if not found or any(never.when.holds(tags) for never in self.never):
            return ()
        said = self._said.find(tags, {*found, _EVERY_LAYER})
        return tuple(self._match(number, found[number], said, tags) for number in sorted(found))

    def _match(self, number: int, blocks: list[Block], said: Mapping[int, list[Caveat]], tags: Tags) -> LayerMatch:
        keys = dict.fromkeys(condition.key for block in blocks for condition in block.conditions)
        caveats = (caveat for owner in (number, _EVERY_LAYER) for caveat in said.get(owner, ()) if caveat.applies(tags))
        return LayerMatch(
            layer=self.layers[number].id,
            why=tuple(f"{key}={tags[key]}" for key in keys),
            caveats=tuple(dict.fromkeys(caveat.say for caveat in caveats)),
        )


def selectors(layer: Layer) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Give, for each match block, the `(key, value)` pairs it can be met by; `"*"` stands for any value but `no`.

    Within a block, pairs of one key are alternatives and each key is needed. A block can be looked for in a source if the
    objects of one of its keys were kept there: an object that meets the block carries every one of them.
    """
    return tuple(
        tuple((condition.key, value) for condition in block.conditions for value in condition.values) for block in layer.match
    )


def load(settings: Settings) -> LayerSet:
    """Read the shipped layer files, overlaid by those in `settings.home`.

    Raises
    ------
    FaultyFiles
        If any file has a fault: every fault of every file is named.
    """
    layers, faults = _read(settings)
    if faults:
        raise FaultyFiles(faults)
    return layers


def check(settings: Settings) -> tuple[Fault, ...]:
    """Give every fault of every file of layers and of sources, shipped and overlaid; nothing where all is well."""
    return (*_read(settings)[1], *layersourcefile.check(settings))


def _read(settings: Settings) -> tuple[LayerSet, list[Fault]]:
    faults: list[Fault] = []
    files = find_files(settings, faults)
    digest = hashlib.sha256()
    common = read_common(files.common, digest, faults)
    layers = [layer for path in files.places if (layer := read_layer(path, digest, faults)) is not None]
    layer_set = LayerSet(
        version=f"{common.version}+local" if files.local else common.version,
        sha256=digest.hexdigest(),
        layers=_in_order(layers, common.order),
        caveats=common.caveats,
        never=common.never,
    )
    faults += cross_faults(
        layer_set.layers, [path.stem for path in files.places], common, read_vocabulary(files.vocabularies, faults)
    )
    faults += example_faults(layer_set.layers, layer_set.classify)
    return layer_set, faults


def _in_order(layers: list[Layer], order: tuple[str, ...]) -> tuple[Layer, ...]:
    """Sort as `order` says; a layer that it does not name comes after those of its group, or last of all."""
    places = {layer_id: number for number, layer_id in enumerate(order)}
    last = {
        layer.group: places[layer.id] for layer in sorted(layers, key=lambda layer: places.get(layer.id, -1)) if layer.id in places
    }

    def place(layer: Layer) -> tuple[int, bool, str]:
        return places.get(layer.id, last.get(layer.group, len(places))), layer.id not in places, layer.id

    return tuple(sorted(layers, key=place))
