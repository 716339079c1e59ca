"""The files of `layers/sources/`: what each one says, and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from era_geo import layercouncil
from era_geo.errors import Fault, FaultyFiles
from era_geo.layerfile import file_id, find_files
from era_geo.layergazetteer import GazetteerSource, NumberColumns, PostcodeSource
from era_geo.layerrows import HAS_WORD, LOOKS, LOOKS_LIKE, STARTS_WITH, RowRule, TextTest
from era_geo.layerrules import Block
from era_geo.layersource import (
    CountRule,
    ExampleRow,
    ListSource,
    PlaceRule,
    Position,
    Recognition,
    RowCaveat,
    SkipRule,
    Source,
    SourceSet,
)
from era_geo.layertoml import Table, nearest, read_toml

if TYPE_CHECKING:
    from era_geo.settings import Settings  # slow to import

_SKIPPED, _COUNTED = "skipped", "counted"
_LIKE = "like"


def load(settings: Settings) -> SourceSet:
    """Read how lists and gazetteers are read: the shipped files, overlaid by those in `settings.home`.

    Raises
    ------
    FaultyFiles
        If any file has a fault: every fault of every file is named.
    """
    sources, faults = _read(settings)
    if faults:
        raise FaultyFiles(faults)
    return sources


def check(settings: Settings) -> tuple[Fault, ...]:
    """Give every fault of every source file, shipped and overlaid; nothing where all is well."""
    return tuple(_read(settings)[1])


def _read(settings: Settings) -> tuple[SourceSet, list[Fault]]:
    faults: list[Fault] = []
    files = find_files(settings, [])  # what lies in the wrong place is told with the layer files
    layers = {path.stem for path in files.places}
    digest = hashlib.sha256()
    written: dict[Path, Table] = {}
    for path in files.sources:
        read = read_toml(path, faults)
        if read is not None:
            written[path] = read[0]
            digest.update(path.name.encode() + b"\n" + read[1])
    sources: list[Source] = []
    by_id = {path.stem: table for path, table in written.items()}
    for path, table in written.items():
        before = len(faults)
        source = _source(_filled(table, by_id), path, layers)
        if len(faults) == before:
            sources.append(source)
            faults += _example_faults(source)
    return SourceSet(tuple(sources), digest.hexdigest()), faults


def _filled(table: Table, by_id: Mapping[str, Table]) -> Table:
    """Give a file's table; where it says that its list is `like` another, with that file's fields for those it does not say."""
    if _LIKE not in table:
        return table
    other = by_id.get(table.text(_LIKE))
    if other is None or _LIKE in other:
        known = [name for name, each in by_id.items() if _LIKE not in each]
        table.fault(_LIKE, f'must name a file that says all itself, such as "{known[0]}".')
        return table
    own = {key: table.raw(key) for key in table if key != _LIKE}
    return Table({key: other.raw(key) for key in other} | own, table.file, table.where, table.faults)


def _source(table: Table, path: Path, layers: Collection[str]) -> Source:
    kind = table.one_of("kind", _KINDS) if "kind" in table else "list"
    source = _KINDS.get(kind, _list)(table, path, layers)
    table.finish()
    for column in source.never_read:
        if column in source.columns:
            table.fault("never_read", f'"{column}" is read by this very file. Take it out of one or the other.')
    return source


def _common(table: Table, path: Path) -> dict[str, Any]:
    return {
        "id": file_id(table, path),
        "version": table.number("version"),
        "label": table.text("label"),
        "licence": table.text("licence"),
        "credit": table.text("credit"),
        "date_from": table.text("date_from"),
        "recognition": Recognition(
            columns=table.texts("recognise"),
            rows=_rows(table.table("recognise_rows"), finish=True) if "recognise_rows" in table else None,
            header=table.texts("header", needed=False),
        ),
        "never_read": table.texts("never_read", needed=False),
        "file": table.file,
    }


def _list(table: Table, path: Path, layers: Collection[str]) -> ListSource:
    coverage = table.table("coverage")
    common = _common(table, path)
    source = ListSource(
        **common,
        key=table.texts("key"),
        name=table.texts("name"),
        address=table.texts("address", needed=False),
        postcode=table.text("postcode", needed=False) or None,
        uprn=table.text("uprn", needed=False) or None,
        position=_position(table),
        country=coverage.text("country", needed=False) or None,
        council=coverage.text("council", needed=False) or None,
        complete_for=coverage.texts("complete_for", needed=False),
        blind_spots=table.texts("blind_spots", needed=False),
        keep=table.texts("keep", needed=False),
        otherwise=table.text("otherwise", needed=False) or ListSource.otherwise,
        places=tuple(_place(inner, layers) for inner in table.tables("place")),
        skips=_skips(table),
        counts=tuple(_count(inner, layers) for inner in table.tables("count")),
        caveats=tuple(RowCaveat(_rows(inner), _last(inner, "say")) for inner in table.tables("caveat")),
        examples=tuple(_example(inner) for inner in table.tables("example")),
    )
    coverage.finish()
    if not source.country and not source.council:
        coverage.fault("", 'must say for which area the list speaks: country = "Scotland" or council = "Fife".')
    if source.council and not layercouncil.find(source.council):
        coverage.fault("council", f'"{source.council}" is no council area that is known: see layers/councils.toml.')
    _known_layers(coverage, "complete_for", source.complete_for, layers)
    if not source.places:
        table.fault("place", "is missing: write at least one [[place]] with the layer its rows belong to.")
    if not source.position.columns and not source.postcode:
        table.fault("position", "is missing, and postcode too: without either no row can be located.")
    return source


def _gazetteer(table: Table, path: Path, _: Collection[str]) -> GazetteerSource:
    source = GazetteerSource(
        **_common(table, path),
        uprn=table.text("uprn"),
        position=_position(table),
        flat=table.texts("flat", needed=False),
        flat_number=_number(table, "flat_number"),
        number=_number(table, "number"),
        house=table.texts("house", needed=False),
        street=table.text("street", needed=False) or None,
        town=table.texts("town", needed=False),
        postcode=table.text("postcode", needed=False) or None,
        classification=table.text("classification", needed=False) or None,
        alternatives=_rows(table.table("alternative_rows"), finish=True) if "alternative_rows" in table else None,
        skips=_skips(table),
    )
    if not source.position.columns:
        table.fault("position", "is missing: a gazetteer gives each address its coordinates.")
    return source


def _postcodes(table: Table, path: Path, _: Collection[str]) -> PostcodeSource:
    source = PostcodeSource(
        **_common(table, path),
        postcode=table.text("postcode"),
        position=_position(table),
        quality=table.text("quality", needed=False) or None,
        council=table.text("council", needed=False) or None,
        terminated=table.text("terminated", needed=False) or None,
        skips=_skips(table),
    )
    if not source.position.columns:
        table.fault("position", "is missing: each postcode needs its coordinates.")
    return source


_KINDS: dict[str, Callable[[Table, Path, Collection[str]], ListSource | GazetteerSource | PostcodeSource]] = {
    "list": _list,
    "gazetteer": _gazetteer,
    "postcodes": _postcodes,
}


def _position(table: Table) -> Position:
    if "position" not in table:
        return Position()
    inner = table.table("position")
    named = {key: inner.text(key, needed=False) or None for key in ("easting", "northing", "lat", "lon", "lat_lon")}
    uncertainty = inner.number("uncertainty_m") if "uncertainty_m" in inner else 0
    inner.finish()
    given = tuple(key for key, column in named.items() if column)
    if given not in {("easting", "northing"), ("lat", "lon"), ("lat_lon",)}:
        inner.fault("", "must name the columns easting and northing, or lat and lon, or the one column lat_lon.")
    return Position(**named, uncertainty_m=float(uncertainty))


def _number(table: Table, key: str) -> NumberColumns | None:
    if key not in table:
        return None
    if isinstance(table.raw(key), str):
        return NumberColumns(table.text(key))
    inner = table.table(key)
    suffix, end, end_suffix = (inner.text(name, needed=False) or None for name in ("suffix", "end", "end_suffix"))
    number = NumberColumns(inner.text("start"), suffix, end, end_suffix)
    inner.finish()
    return number


def _rows(table: Table, *, finish: bool = False) -> RowRule:
    when = table.table("when").block() if "when" in table else Block(())
    unless = table.table("unless").block().conditions if "unless" in table else ()
    tests: list[TextTest] = []
    for kind in (HAS_WORD, STARTS_WITH, LOOKS_LIKE):
        inner = table.table(kind) if kind in table else None
        for column in inner or ():
            wanted = inner.texts(column) if inner else ()
            tests.append(TextTest(column, kind, tuple(text.casefold() for text in wanted)))
            if inner and kind == LOOKS_LIKE and not set(wanted) <= set(LOOKS):
                inner.fault(column, f"is not one of {', '.join(LOOKS)}.")
    if finish:
        table.finish()
    return RowRule(when, unless, tuple(tests))


def _last(table: Table, key: str) -> str:
    text = table.text(key)
    table.finish()
    return text


def _skips(table: Table) -> tuple[SkipRule, ...]:
    return tuple(SkipRule(_rows(inner), _last(inner, "why")) for inner in table.tables("skip"))


def _place(table: Table, layers: Collection[str]) -> PlaceRule:
    rule = PlaceRule(_rows(table), table.texts("layer"))
    table.finish()
    _known_layers(table, "layer", rule.layers, layers)
    return rule


def _count(table: Table, layers: Collection[str]) -> CountRule:
    rule = CountRule(_rows(table), table.text("layer"), table.text("what"), table.text("area"), table.text("why"))
    table.finish()
    _known_layers(table, "layer", (rule.layer,), layers)
    return rule


def _known_layers(table: Table, key: str, given: Collection[str], layers: Collection[str]) -> None:
    for layer in given:
        if layer and layer not in layers:
            table.fault(key, f'there is no layer "{layer}".{nearest(layer, layers)}')


def _example(table: Table) -> ExampleRow:
    caveats = None
    if "caveats" in table:
        caveats = () if table.raw("caveats") == [] else table.texts("caveats")
    example = ExampleRow(table.strings("row"), table.texts("becomes"), caveats)
    table.finish()
    return example


def _example_faults(source: Source) -> Iterator[Fault]:
    if not isinstance(source, ListSource):
        return
    for number, example in enumerate(source.examples, start=1):
        for what in _example_wrong(source, example):
            yield Fault(source.file, f"example {number}", what)


def _example_wrong(source: ListSource, example: ExampleRow) -> Iterator[str]:
    unread = [column for column in example.row if column not in source.columns]
    if unread:
        yield f"the file reads no column {', '.join(unread)}.{nearest(unread[0], source.columns)}"
        return
    rule = source.outcome(example.row)
    became: tuple[str, ...] = (_SKIPPED,)
    if isinstance(rule, CountRule):
        became = (_COUNTED,)
    elif isinstance(rule, PlaceRule):
        became = rule.layers
    if set(became) != set(example.becomes):
        yield f"the row should become {', '.join(example.becomes)}. It becomes {', '.join(became)}."
    said = source.said(example.row)
    if example.caveats is not None and set(said) != set(example.caveats):
        wanted = "; ".join(example.caveats) or "none"
        yield f"the row should come with the caveats: {wanted}. It comes with: {'; '.join(said) or 'none'}."
