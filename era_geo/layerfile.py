"""The files of `layers/`: where they lie, shipped and overlaid, and what each one says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from era_geo import layercolour, shipped
from era_geo.errors import Fault
from era_geo.layerrules import Block, Caveat, Condition, Never
from era_geo.layertoml import FOLDER, Table, read_toml, shown_name
from era_geo.layertypes import GROUPS, SHAPES, Example, Layer
from era_geo.model import Style

if TYPE_CHECKING:
    from era_geo.settings import Settings  # slow to import

PLACES, SOURCES = "places", "sources"
_COMMON, _VOCABULARY = "layers.toml", "known_tags.toml"
_ID = re.compile(r"[a-z][a-z0-9_]*")
_LETTER = re.compile(r"[A-Z][A-Za-z]?")


class Digest(Protocol):
    """What takes bytes in, as the values of `hashlib` do."""

    def update(self, data: bytes, /) -> None:
        """Take `data` in."""


@dataclass(frozen=True)
class Files:
    """The files to read. `local` says whether any of them lies in `ERA_GEO_HOME`."""

    common: tuple[Path, ...]
    places: tuple[Path, ...]
    sources: tuple[Path, ...]
    vocabularies: tuple[Path, ...]
    local: bool


@dataclass(frozen=True)
class Common:
    """What `layers.toml` says for all layers together: version, order, caveats, and places never taken from open map data."""

    file: str = f"{FOLDER}/{_COMMON}"
    version: str = ""
    order: tuple[str, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    never: tuple[Never, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """Tags that are known to be in use: values by key, and keys whose value is free text."""

    values: dict[str, frozenset[str]]
    free: frozenset[str]


def find_files(settings: Settings, faults: list[Fault]) -> Files:
    """Find the shipped files and those that overlay them; a file that lies where nothing would read it is a fault."""
    home = settings.home / FOLDER
    faults += [
        Fault(shown_name(stray), "", f"is not read here. Move it to {FOLDER}/{PLACES} or {FOLDER}/{SOURCES}.")
        for stray in sorted(home.glob("*.toml"))
        if stray.name not in {_COMMON, _VOCABULARY}
    ]
    return Files(
        common=_both(_COMMON, home),
        places=_overlaid(PLACES, home),
        sources=_overlaid(SOURCES, home),
        vocabularies=_both(_VOCABULARY, home),
        local=(home / _COMMON).is_file() or any((home / PLACES).glob("*.toml")),
    )


def _both(name: str, home: Path) -> tuple[Path, ...]:
    """Give the shipped file, which is always there, and the local one that adds to it, if any."""
    return (shipped.LAYERS / name, *(path for path in [home / name] if path.is_file()))


def _overlaid(folder: str, home: Path) -> tuple[Path, ...]:
    by_name = {path.name: path for base in (shipped.LAYERS, home) for path in (base / folder).glob("*.toml")}
    return tuple(by_name[name] for name in sorted(by_name))


def read_common(paths: Sequence[Path], digest: Digest, faults: list[Fault]) -> Common:
    """Read `layers.toml`, and what a local one adds: its version and order hold instead, its caveats and refusals hold too."""
    common = Common()
    for path in paths:
        read = read_toml(path, faults)
        if read is None:
            continue
        table, content = read
        digest.update(content)
        common = Common(
            file=table.file,
            version=table.text("version", needed=not common.version) or common.version,
            order=table.texts("order", needed=not common.order) or common.order,
            caveats=common.caveats + _caveats(table),
            never=common.never + tuple(_never(inner) for inner in table.tables("never")),
        )
        table.finish()
    return common


def read_vocabulary(paths: Sequence[Path], faults: list[Fault]) -> Vocabulary:
    """Read `known_tags.toml`, and what an overlay adds to it."""
    values: dict[str, frozenset[str]] = {}
    free: set[str] = set()
    for path in paths:
        read = read_toml(path, faults)
        if read is None:
            continue
        table, _ = read
        free.update(table.texts("free", needed=False))
        known = table.table("values")
        for key in known:
            values[key] = values.get(key, frozenset()) | frozenset(value.casefold() for value in known.texts(key))
        table.finish()
    return Vocabulary(values, frozenset(free))


def read_layer(path: Path, digest: Digest, faults: list[Fault]) -> Layer | None:
    """Read one file of `layers/places/`; `None` where it has a fault that leaves no layer to speak of."""
    read = read_toml(path, faults)
    if read is None:
        return None
    table, content = read
    digest.update(path.name.encode() + b"\n" + content)
    before = len(faults)
    layer = Layer(
        id=file_id(table, path),
        version=table.number("version"),
        label=table.text("label"),
        group=table.one_of("group", GROUPS),
        description=table.text("description"),
        basis=table.texts("basis"),
        blind_spots=table.texts("blind_spots"),
        style=_style(table.table("style")),
        match=tuple(_match(inner) for inner in table.tables("match")),
        caveats=_caveats(table),
        examples=tuple(_example(inner) for inner in table.tables("example")),
        file=table.file,
    )
    table.finish()
    if not layer.match:
        table.fault("match", "is missing: write at least one [[match]] block, or no place will ever be found.")
    if not layer.examples:
        table.fault("example", "is missing: write at least one [[example]], so that the file can be tested.")
    return layer if len(faults) == before else None


def file_id(table: Table, path: Path) -> str:
    """Read the field `id`, which is the file's name without its ending."""
    layer_id = table.text("id")
    if layer_id and not _ID.fullmatch(layer_id):
        table.fault("id", f'"{layer_id}" must be of small letters, digits and _, and begin with a letter.')
    elif layer_id and layer_id != path.stem:
        table.fault("id", f'"{layer_id}" must be the file\'s name, "{path.stem}".')
    return layer_id


def _style(table: Table) -> Style:
    style = Style(letter=table.text("letter"), colour=table.text("colour"), shape=table.one_of("shape", SHAPES))
    table.finish()
    if style.letter and not _LETTER.fullmatch(style.letter):
        table.fault("letter", f'"{style.letter}" must be one capital letter, or a capital and one more letter.')
    if style.colour and not layercolour.is_colour(style.colour):
        table.fault("colour", f'"{style.colour}" must be written as # and six digits or letters a to f, such as "#7b3294".')
    elif style.colour and layercolour.contrast_with_white(style.colour) < layercolour.LEAST_CONTRAST:
        table.fault("colour", f'"{style.colour}" is too pale to be seen on white paper. Take a darker one.')
    return style


def _match(table: Table) -> Block:
    conditions = table.block(but=["known_mistag", "without"]).conditions
    return Block(conditions, table.texts("without", needed=False), known_mistag=table.flag("known_mistag"))


def _caveats(table: Table) -> tuple[Caveat, ...]:
    return tuple(_caveat(inner) for inner in table.tables("caveat"))


def _caveat(table: Table) -> Caveat:
    when = table.table("when").block()
    unless: tuple[Condition, ...] = table.table("unless").block().conditions if "unless" in table else ()
    caveat = Caveat(when, unless, table.text("say"))
    table.finish()
    return caveat


def _never(table: Table) -> Never:
    never = Never(table.table("when").block(), table.text("why"))
    table.finish()
    return never


def _example(table: Table) -> Example:
    example = Example(
        tags=table.strings("tags"),
        matches=table.one_of("expect", ("match", "no match")) == "match",
        caveats=_texts_or_none(table, "caveats"),
    )
    table.finish()
    return example


def _texts_or_none(table: Table, key: str) -> tuple[str, ...] | None:
    if key not in table:
        return None
    # An empty list is a statement here: nothing is said about this place.
    return () if table.raw(key) == [] else table.texts(key)
