"""What follows from the settled addresses: where postcodes lie, and the names that are searched."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt

from era_geo.region.address_words import name_key
from era_geo.region.columns import Ints, Points, numbered
from era_geo.region.draft import Draft, in_chunks
from era_geo.region.gpkg import points_of

_SHARE = 0.95

Floats = npt.NDArray[np.float64]


def postcodes(draft: Draft) -> None:
    """Write a postcode for each that only addresses give, and into all of them how far their addresses lie from the point.

    The point is the mean of the addresses' points; `spread_m` the distance within which 95 in 100 of them lie.
    """
    codes, points, sources = _located(draft)
    names, of_name = numbered(codes)
    counts = np.bincount(of_name, minlength=len(names))
    centres = np.column_stack([np.bincount(of_name, points[:, axis], len(names)) / counts for axis in (0, 1)])
    fids = np.zeros(len(names), dtype=np.int64)
    place_of = {code: place for place, code in enumerate(names)}
    rows = draft.connection.execute("SELECT postcode, fid, geom FROM postcodes")
    listed = [(place, fid, blob) for code, fid, blob in rows if (place := place_of.get(code)) is not None]
    if listed:
        places, known_fids, blobs = zip(*listed, strict=True)
        centres[list(places)], fids[list(places)] = points_of(blobs), known_fids
    spreads = _spreads(np.hypot(*(points - centres[of_name]).T), of_name, counts)
    known, new = np.flatnonzero(fids), np.flatnonzero(fids == 0)
    draft.connection.executemany(
        "UPDATE postcodes SET spread_m = ?, addresses = ? WHERE fid = ?",
        [(spreads[i], int(counts[i]), int(fids[i])) for i in known],
    )
    if len(new):
        source = np.full(len(names), np.iinfo(np.int64).max)
        np.minimum.at(source, of_name, sources)
        columns = {
            "postcode": [names[i] for i in new],
            "spread_m": [spreads[i] for i in new],
            "addresses": counts[new].tolist(),
            "source_id": source[new].tolist(),
        }
        draft.add("postcodes", columns, centres[new])


def _spreads(away: Floats, of_name: Ints, counts: Ints) -> list[float | None]:
    """Give for each postcode the distance that holds 95 in 100 of its points; `None` where it has only one."""
    ranked = away[np.lexsort((away, of_name))]
    last = np.cumsum(counts) - counts + np.ceil(_SHARE * counts).astype(int) - 1
    return [round(spread, 1) if count > 1 else None for spread, count in zip(ranked[last].tolist(), counts.tolist(), strict=True)]


def _located(draft: Draft) -> tuple[list[str], Points, Ints]:
    """Give the postcode, point and source of every address, and of whatever else carries a postcode."""
    codes: list[str] = []
    sources: list[int] = []
    points = [np.empty((0, 2))]
    # `sources` is a list of numbers as JSON, and a cast reads the first of them.
    addresses = "SELECT postcode, geom, CAST(substr(sources, 2) AS INTEGER) FROM addresses WHERE postcode IS NOT NULL"
    for rows in in_chunks(draft.connection.execute(addresses)):
        codes += [row[0] for row in rows]
        sources += [row[2] for row in rows]
        points.append(points_of(row[1] for row in rows))
    for rows in in_chunks(draft.connection.execute("SELECT postcode, source_id, easting, northing FROM postcode_points")):
        codes += [row[0] for row in rows]
        sources += [row[1] for row in rows]
        points.append(np.array([row[2:] for row in rows], dtype=np.float64))
    return codes, np.concatenate(points), np.array(sources, dtype=np.int64)


def names(draft: Draft) -> None:
    """Write `street_names` and `locality_names` from addresses, roads and localities."""
    connection = draft.connection
    streets: list[tuple[str, str | None, int]] = connection.execute(
        "SELECT street, town, count(*) FROM addresses WHERE street IS NOT NULL GROUP BY street, town ORDER BY street, town"
    ).fetchall()
    known = {name_key(street) for street, _, _ in streets}
    for name, others in connection.execute("SELECT DISTINCT name, other_names FROM roads ORDER BY name").fetchall():
        for one in [name, *json.loads(others or "[]")]:
            if one and name_key(one) not in known:
                known.add(name_key(one))
                streets.append((one, None, 0))
    if streets:
        columns = dict(zip(("name", "town", "addresses"), zip(*streets, strict=True), strict=True))
        draft.add("street_names", {**columns, "norm": [name_key(street) for street, _, _ in streets]})
    rows = connection.execute("SELECT fid, name, other_names FROM localities ORDER BY fid").fetchall()
    found = [(one, name_key(one), fid) for fid, name, others in rows for one in dict.fromkeys([name, *json.loads(others or "[]")])]
    if found:
        draft.add("locality_names", dict(zip(("name", "norm", "locality_id"), zip(*found, strict=True), strict=True)))
