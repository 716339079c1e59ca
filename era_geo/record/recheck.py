"""Holding every live record against a newer region: what has come within the radius of an address since, in words.

What is found is a proposal. A named person decides whether the record is looked at again: what appeared on a map may have been
there all along, and only been mapped late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from shapely.geometry import shape

from era_geo import crs
from era_geo.accounts import Account
from era_geo.errors import DataError, UsageError
from era_geo.model import Assessment, Band, LayerState
from era_geo.record import access, audit, tables
from era_geo.record.access import Action, View
from era_geo.record.audit import Act, plain
from era_geo.record.duelist import CLOSED
from era_geo.record.formjson import canonical, sha256
from era_geo.record.store_core import Core, allow, new_id, reach, visible
from era_geo.record.store_errors import NoSuchRecord, NotAllowed
from era_geo.record.store_list import log_list
from era_geo.record.store_rows import record_row, standing, version_row
from era_geo.record.store_words import check_person
from era_geo.record.terms import Status
from era_geo.vicinity import change_pairs
from era_geo.vicinity.change_look import place_thing
from era_geo.vicinity.change_things import Kind, Thing

Look = Callable[[Assessment], Assessment]
"""Assesses the property of an assessment again, with its parameters and the layers it had switched off, in the newest region."""
_TOLD = (Kind.APPEARED, Kind.WENT)


class Outcome(StrEnum):
    """What came of holding one record against the region."""

    NOTHING_NEW = "nothing new"
    PROPOSED = "a review is proposed"
    OLDER = "the region is older than the record"
    COULD_NOT_LOOK = "could not look"


@dataclass(frozen=True)
class Held:
    """One record held against the region. `reasons` are those of a proposed review; `says` what else there is to say."""

    record_id: str
    reference: str
    outcome: Outcome
    reasons: tuple[str, ...]
    says: str


@dataclass(frozen=True)
class Proposal:
    """A proposed triggered review: the reason in words. `answer` is what a person decided, `None` until somebody has."""

    id: str
    record_id: str
    reference: str
    made_at: str
    region: str
    words: str
    answer: str | None


@dataclass(frozen=True)
class News:
    """What the newer look shows that the older one did not: each with a key that stays the same when it is found again."""

    key: str
    words: str
    proposes: bool


def recheck(
    core: Core, account: Account, look: Look, region: str, *, say: Callable[[int, int], None] | None = None
) -> tuple[Held, ...]:
    """Hold every live record that the account may see against a region; see `Store.recheck`."""
    allow(account, Action.RECHECK)
    records = tables.records
    live = records.c.status.not_in([status.value for status in CLOSED])
    with core.database.reading() as connection:
        query = visible(connection, sa.select(records.c.id).where(live), account).order_by(records.c.no)
        ids = connection.execute(query).scalars().all()
    held = []
    for number, record_id in enumerate(ids, 1):
        held.append(_hold(core, account, record_id, look, region))
        if say is not None:
            say(number, len(ids))
    return tuple(held)


def compare(old: Assessment, new: Assessment) -> tuple[News, ...]:
    """Say in words which places have come within the radius, or gone from it, between two looks at one property."""
    found = change_pairs.compare_places(_things(old), _things(new))
    told = [_news(kind, before or after, old, new) for kind, before, after in found if kind in _TOLD and (before or after)]
    return tuple(sorted((news for news in told if news), key=lambda news: (not news.proposes, news.words)))


def map_date(assessment: Assessment) -> dt.date | None:
    """Give the date of the newest map that an assessment was made from."""
    return max((source.date for source in assessment.sources if source.kind == "osm" and source.date), default=None)


def proposals(core: Core, account: Account, record_id: str | None = None, *, answered: bool = False) -> tuple[Proposal, ...]:
    """Give the proposed reviews that wait for an answer; see `Store.proposals`."""
    if allow(account, Action.READ_LIST) is View.REDACTED:
        return ()
    table, records = tables.proposals, tables.records
    columns = [table.c[name] for name in Proposal.__dataclass_fields__ if name != "reference"]
    query = sa.select(*columns, records.c.reference).join(records, records.c.id == table.c.record_id)
    if record_id is not None:
        query = query.where(table.c.record_id == record_id)
    if not answered:
        query = query.where(table.c.answer.is_(None))
    with core.database.writing() as connection:
        query = query.where(table.c.record_id.in_(visible(connection, sa.select(records.c.id), account)))
        rows = connection.execute(query.order_by(table.c.made_at.desc(), table.c.id)).all()
        log_list(connection, core, account, "list of proposed reviews,", sorted({row.record_id for row in rows}))
    return tuple(Proposal(**row._asdict()) for row in rows)


def answer_proposal(core: Core, account: Account, proposal_id: str, answer: str) -> None:
    """Write down what was decided about a proposed review; see `Store.answer_proposal`."""
    table = tables.proposals
    with core.database.writing() as connection:
        kept = connection.execute(sa.select(table).where(table.c.id == proposal_id)).mappings().one_or_none()
        if kept is None:
            raise NoSuchRecord("There is no such proposal.")
        record_id = kept["record_id"]
        row = reach(connection, account, record_id, Action.PROPOSALS, lock=True).row
        if not answer.strip():
            raise NotAllowed("Say what was decided about this proposal, and why.")
        check_person(answer, version_row(connection, record_id, row.version).form)
        at = core.stamp()
        decided = {"answer": plain(answer.strip()), "answered_at": at, "answered_by": account.key}
        connection.execute(table.update().where(table.c.id == proposal_id).values(decided))
        part = proposal_part(row.salt, {**kept, **decided})
        audit.append(connection, account, at, Act.ALTERATION, "answered a proposed review", record_id=record_id, parts=(part,))


def _hold(core: Core, account: Account, record_id: str, look: Look, region: str) -> Held:
    with core.database.reading() as connection:
        row = record_row(connection, record_id)
        old = version_row(connection, record_id, row.version).form.assessment
    held, news = _looked(row, old, look)
    with core.database.writing() as connection:
        now = record_row(connection, record_id, lock=True)
        if not access.stands(account, access.Whose.NAMED, standing(connection, now)) or Status(now.status) in CLOSED:
            return held
        at = core.stamp()
        parts = tuple(part for one in news if (part := _propose(connection, now, one, at, region)))
        what = f"held against a region: {held.outcome}"
        audit.append(connection, account, at, Act.COMBINATION, what, record_id=record_id, parts=parts)
    return held


def _looked(row: Any, old: Assessment, look: Look) -> tuple[Held, list[News]]:
    try:
        new = look(old)
    except (UsageError, DataError) as error:
        return Held(row.id, row.reference, Outcome.COULD_NOT_LOOK, (), str(error)), []
    before, after = map_date(old), map_date(new)
    if before and after and after < before:
        words = f"The region's map is of {after}, and the record was made from one of {before}: it can show nothing new."
        return Held(row.id, row.reference, Outcome.OLDER, (), words), []
    news = compare(old, new)
    proposed = [one for one in news if one.proposes]
    says = " ".join([one.words for one in news if not one.proposes] + list(_silent(old, new)))
    outcome = Outcome.PROPOSED if proposed else Outcome.NOTHING_NEW
    return Held(row.id, row.reference, outcome, tuple(one.words for one in proposed), says), proposed


def _things(assessment: Assessment) -> list[Thing]:
    findings = assessment.findings
    if not findings:
        return []
    outlines = crs.geometries_to_bng([shape(finding.geometry) for finding in findings])
    return [
        place_thing(finding, outline, near=finding.band is not Band.OUTSIDE)
        for finding, outline in zip(findings, outlines, strict=True)
    ]


def _news(kind: Kind, thing: Thing | None, old: Assessment, new: Assessment) -> News | None:
    """Put one place that appeared or went into words; `None` where the other look could not have shown it."""
    if thing is None or thing.layer is None:
        return None
    showing, silent = (new, old) if kind is Kind.APPEARED else (old, new)
    layer = next((result for result in showing.layers if result.id == thing.layer), None)
    other = next((result for result in silent.layers if result.id == thing.layer), None)
    looked = other is not None and other.state in (LayerState.FOUND, LayerState.NONE_FOUND)
    label = layer.label if layer else thing.layer
    place = f"{label}: {thing.name}" if thing.name else f"{label}, without a name on the map"
    where = f"{thing.distance_m:.0f} m from the property, with a radius of {new.parameters.radius_m:g} m"
    key = sha256(canonical([kind.value, thing.layer, sorted(thing.refs)]))
    if kind is Kind.WENT:
        words = f"{place}, is no longer listed ({where})." if looked else ""
        return News(key, words, proposes=False) if words else None
    since = f"the look of {old.as_of}" if looked else f"the look of {old.as_of}, which could not look for this kind of place"
    said = "A change on the map is not yet a change on the ground: it may have been mapped late."
    return News(key, f"{place}, is listed now ({where}), and was not in {since}. {said}", proposes=True)


def _silent(old: Assessment, new: Assessment) -> Iterator[str]:
    """Name what the newer region could not look for, and the older one could."""
    answered = (LayerState.FOUND, LayerState.NONE_FOUND)
    before = {result.id for result in old.layers if result.state in answered}
    labels = [result.label for result in new.layers if result.state is LayerState.NOT_LOOKED_FOR and result.id in before]
    if labels:
        yield f"The newer region could not look for: {', '.join(labels)}."


def proposal_part(salt: str, row: Mapping[str, Any]) -> audit.Part:
    """Give a row of proposals as the trail knows it, with the answer that it has by then."""
    told = {name: row.get(name) for name in ("key", "made_at", "region", "words", "answer", "answered_at", "answered_by")}
    return audit.digest(salt, f"proposal {row['id']}", told)


def _propose(connection: sa.Connection, row: Any, news: News, at: str, region: str) -> audit.Part | None:
    """Keep a proposal, unless the same place was proposed before, whatever was decided then."""
    table = tables.proposals
    key = sha256((row.salt + news.key).encode())
    if connection.execute(sa.select(table.c.id).where(table.c.record_id == row.id, table.c.key == key)).first() is not None:
        return None
    values = {"id": new_id(), "record_id": row.id, "key": key, "made_at": at, "region": region, "words": plain(news.words)}
    connection.execute(table.insert().values(values))
    return proposal_part(row.salt, values)
