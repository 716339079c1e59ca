"""Copies a drawn town to another place, for worlds larger than one town: a county of towns, a synthetic country."""

from __future__ import annotations

from dataclasses import replace

from era_geo.town.objects import Address, Member, Node, Relation, Tags, Town, Way
from era_geo.town.shapes import XY

_PLACE_KEYS = ("addr:city", "name")


def moved(town: Town, *, east: float, north: float, after: int, district: str, name: str) -> Town:
    """Give a copy of a town `east` and `north` metres away, as another town of another name and postcode district.

    Ids go on from `after`: nothing in the copy has an id of `after` or less if the town's own begin at 1. Streets and places
    keep their names, as real towns share theirs; the town itself, its postcodes and its reference numbers become others.
    """
    return _Copier(town, (east, north), after, district, name).copy()


class _Copier:
    def __init__(self, town: Town, shift: XY, after: int, district: str, name: str) -> None:
        self._town = town
        self._shift = shift
        self._after = after
        self._name = name
        self._old_district = next(one.postcode for one in town.addresses if one.postcode).partition(" ")[0] + " "
        self._district = district + " "

    def copy(self) -> Town:
        town, (east, north) = self._town, self._shift
        west, south, far_east, far_north = town.extent
        return replace(
            town,
            name=self._name,
            extent=(west + east, south + north, far_east + east, far_north + north),
            nodes=tuple(Node(n.id + self._after, n.easting + east, n.northing + north, self._tags(n.tags)) for n in town.nodes),
            ways=tuple(
                Way(way.id + self._after, tuple(id_ + self._after for id_ in way.nodes), self._tags(way.tags)) for way in town.ways
            ),
            relations=tuple(self._relation(relation) for relation in town.relations),
            addresses=tuple(self._address(address) for address in town.addresses),
            cases=(),
            named={id_: self._ref(ref) for id_, ref in town.named.items()},
        )

    def _relation(self, relation: Relation) -> Relation:
        members = tuple(Member(member.kind, member.id + self._after, member.role) for member in relation.members)
        return Relation(relation.id + self._after, members, self._tags(relation.tags))

    def _tags(self, tags: Tags) -> Tags:
        changed = {key: self._name for key in _PLACE_KEYS if tags.get(key) == self._town.name}
        if "addr:postcode" in tags:
            changed["addr:postcode"] = self._postcode(tags["addr:postcode"])
        return {**tags, **changed} if changed else tags

    def _postcode(self, postcode: str) -> str:
        return postcode.replace(self._old_district, self._district, 1)

    def _ref(self, ref: str) -> str:
        kind, _, id_ = ref.partition("/")
        return f"{kind}/{int(id_) + self._after}"

    def _address(self, address: Address) -> Address:
        return replace(
            address,
            ref=self._ref(address.ref),
            town=self._name if address.town == self._town.name else address.town,
            postcode=address.postcode and self._postcode(address.postcode),
            uprn=str(int(address.uprn) + self._after),
            easting=address.easting + self._shift[0],
            northing=address.northing + self._shift[1],
            building=address.building and self._ref(address.building),
            stair=address.stair and self._ref(address.stair),
            row=address.row and f"{address.row}+{self._after}",
        )
