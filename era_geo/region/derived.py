"""What follows from the settled addresses: where postcodes lie, and the names that are searched."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import shapely

from era_geo.region.address_words import name_key
from era_geo.region.draft import Draft
from era_geo.region.region import decode

_SHARE = 95


def postcodes(draft: Draft) -> None:
    """Write a postcode for each that only addresses give, and into all of them how far their addresses lie from the point.

    The point is the mean of the addresses' points; `spread_m` the distance within which 95 in 100 of them lie.
    """
    codes, points, sources = _located(draft)
    listed = {code: (fid, blob) for fid, code, blob in draft.connection.execute("SELECT fid, postcode, geom FROM postcodes")}
    order = np.argsort(codes, kind="stable")
    names, starts = np.unique(codes[order], return_index=True)
    new: list[tuple[str, float | None, int, int]] = []
    places: list[npt.NDArray[np.float64]] = []
    for name, members in zip(names.tolist(), np.split(order, starts[1:]) if len(names) else [], strict=True):
        known = listed.get(name)
        centre = points[members].mean(axis=0) if known is None else shapely.get_coordinates(decode([known[1]]))[0]
        away = np.hypot(*(points[members] - centre).T)
        spread = round(float(np.percentile(away, _SHARE)), 1) if len(members) > 1 else None
        if known is None:
            new.append((name, spread, len(members), int(sources[members].min())))
            places.append(centre)
        else:
            update = "UPDATE postcodes SET spread_m = ?, addresses = ? WHERE fid = ?"
            draft.connection.execute(update, (spread, len(members), known[0]))
    if new:
        names_of = ("postcode", "spread_m", "addresses", "source_id")
        draft.add(
            "postcodes", dict(zip(names_of, zip(*new, strict=True), strict=True)), np.asarray(shapely.points(np.array(places)))
        )


def _located(draft: Draft) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Give the postcode, point and source of every address, and of whatever else carries a postcode."""
    rows = draft.connection.execute("SELECT postcode, geom, sources FROM addresses WHERE postcode IS NOT NULL").fetchall()
    more = draft.connection.execute("SELECT postcode, easting, northing, source_id FROM postcode_points").fetchall()
    codes = np.array([row[0] for row in rows] + [row[0] for row in more], dtype=np.str_)
    points = shapely.get_coordinates(decode([row[1] for row in rows]))
    points = np.concatenate([points, np.array([row[1:3] for row in more], dtype=np.float64).reshape(-1, 2)])
    sources = np.array([json.loads(row[2])[0] for row in rows] + [row[3] for row in more], dtype=np.int64)
    return codes, points, sources


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
    found = [
        (one, name_key(one), fid) for fid, name, others in rows for one in dict.fromkeys([name, *json.loads(others or "[]")])
    ]
    if found:
        draft.add("locality_names", dict(zip(("name", "norm", "locality_id"), zip(*found, strict=True), strict=True)))
