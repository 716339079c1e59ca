# ruff: noqa: E501 - a row of the table below reads best on one line
"""What `check` says about files that people write: every fault of every file, with where it is and what to do."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from era_geo import layerset
from era_geo.errors import FaultyFiles
from era_geo.settings import Settings
from tests.layers.written import TAKEAWAY, faults, write

SHOWN = "layers/places/takeaway.toml"


def test_the_example_file_is_in_order(settings: Settings) -> None:
    assert faults(settings, TAKEAWAY) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("version = 1\n", "", "version: is missing."),
        ("version = 1", 'version = "1"', "version: must be a whole number, 1 or more, without quotes."),
        ('label = "Takeaways"', "label = 7", 'label: must be a text in quotes, such as "School".'),
        ('label = "Takeaways"', 'label = " "', 'label: must be a text in quotes, such as "School".'),
        ('"community"', '"comunity"', 'group: "comunity" is not one of children, adults_at_risk, community, licensed, protective. Did you mean "community"?'),
        ('basis = ["practice"]', "basis = []", 'basis: must be a list of texts in quotes, such as ["first", "second"], and not empty.'),
        ("blind_spots", "blindspots", 'blindspots: is not a field that is known here. Did you mean "blind_spots"?'),
        ('letter = "Tk"', 'letter = "tk!"', 'style, letter: "tk!" must be one capital letter, or a capital and one more letter.'),
        ('letter = "Tk"', 'letter = "S"', 'style, letter: "S" is the letter of layers/places/school.toml too. Take another.'),
        ('"#878787"', '"grey"', 'style, colour: "grey" must be written as # and six digits or letters a to f, such as "#7b3294".'),
        ('"#878787"', '"#ffee00"', 'style, colour: "#ffee00" is too pale to be seen on white paper. Take a darker one.'),
        ('"pentagon"', '"pentagram"', 'Did you mean "pentagon"?'),
        ('id = "takeaway"', 'id = "takeaways"', 'id: "takeaways" must be the file\'s name, "takeaway".'),
        ('id = "takeaway"', 'id = "Take-away"', 'id: "Take-away" must be of small letters, digits and _, and begin with a letter.'),
        ('[[match]]\namenity = "fast_food"\n', "", "match: is missing: write at least one [[match]] block"),
        ('[[match]]\namenity = "fast_food"', "[[match]]", 'match 1: has no line such as amenity = "school", so it would match everything.'),
        ("[[match]]", "[match]", "match: must be written as [[match]] on a line of its own"),
        ('amenity = "fast_food"\n\n', 'amenity = "fast_fod"\n\n', 'match 1, amenity: amenity=fast_fod is not known. Did you mean "amenity=fast_food"?'),
        ('amenity = "fast_food"\n\n', 'leisure = "fast_food"\n\n', 'leisure=fast_food is not known. Did you mean "amenity=fast_food"?'),
        ('amenity = "fast_food"\n\n', 'amenty = "fast_food"\n\n', 'match 1, amenty: the key is not known. Did you mean "amenity"?'),
        ('amenity = "fast_food"\n\n', '"disused:amenity" = "fast_food"\n\n', "match 1, disused:amenity: can never match: a key with a lifecycle prefix"),
        ('amenity = "fast_food"\n\n', 'amenity = "cafe;fast_food"\n\n', 'match 1, amenity: "cafe;fast_food" can never match'),
        ('amenity = "fast_food"\n\n', 'amenity = ["*", "cafe"]\n\n', 'match 1, amenity: "*" means any value but "no": it stands alone.'),
        ('amenity = "fast_food"\n\n', "amenity = true\n\n", "match 1, amenity: must be a list of texts in quotes"),
        ('amenity = "fast_food"\n\n', 'amenity = "fast_food"\nwithout = "access"\n\n', 'match 1, without: "access" is no key that another block finds such places by'),
        ('expect = "match"', 'expect = "yes"', 'example 1, expect: "yes" is not one of match, no match.'),
        ('expect = "match"', 'expect = "no match"', "example 1: amenity=fast_food should not match, and does."),
        ('tags = { amenity = "fast_food" }', 'tags = { amenity = "cafe" }', "example 1: amenity=cafe should match, and does not."),
        ('expect = "match"', 'expect = "match"\ncaveats = ["x"]', "should come with the caveats: x. It comes with: nothing."),
        ('tags = { amenity = "fast_food" }', "tags = { amenity = true }", "example 1, tags: must be a table of texts"),
        ("[[example]]", '[[caveat]]\nwhen = { fee = "yes" }\n\n[[example]]', "caveat 1, say: is missing."),
        ("[[example]]", '[[caveat]]\nwhen = { fee = "yse" }\nsay = "x"\n\n[[example]]', 'caveat 1, when, fee: fee=yse is not known. Did you mean "fee=yes"?'),
        ("[[example]]", '[[caveat]]\nwhen = {}\nsay = "x"\n\n[[example]]', "caveat 1, when: has no line such as"),
        ("[[example]]", '[[match]]\namenity = "fast_food"\nfee = "yes"\n\n[[example]]', "match 2: adds nothing: match 1 finds all of its places."),
        ("[[example]]", '[[match]]\nsocial_facility = "group_home"\n"social_facility:for" = "abused"\n\n[[example]]', "match 2: can never match: layers/layers.toml, never 1,"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_and_place(settings: Settings, old: str, new: str, fault: str) -> None:
    assert old in TAKEAWAY
    found = faults(settings, TAKEAWAY.replace(old, new))
    assert any(line.startswith(SHOWN) and fault in line for line in found), found


def test_a_known_mistag_passes_the_typo_check(settings: Settings) -> None:
    text = TAKEAWAY.replace('amenity = "fast_food"\n\n', 'amenity = "fast_fod"\nknown_mistag = true\n\n')
    found = faults(settings, text)
    assert found == [f"{SHOWN}, example 1: amenity=fast_food should match, and does not."]


def test_a_syntax_error_is_named_with_its_line(settings: Settings) -> None:
    (fault,) = faults(settings, TAKEAWAY.replace('label = "Takeaways"', "label = Takeaways"))
    assert fault.startswith(f"{SHOWN}, line 3, column 9: is not TOML: invalid value.")


def test_a_file_in_another_encoding_is_named_with_its_line(settings: Settings) -> None:
    write(settings, TAKEAWAY)
    path = settings.home / "layers" / "places" / "takeaway.toml"
    path.write_bytes(path.read_bytes().replace(b'description = "Takeaways."', 'description = "Café"'.encode("cp1252")))
    (fault,) = layerset.check(settings)
    assert str(fault) == f"{SHOWN}, line 5: holds a character that is not UTF-8. Save the file as UTF-8."


def test_all_faults_of_all_files_come_together(settings: Settings) -> None:
    write(settings, TAKEAWAY.replace("version = 1", "version = 0").replace('label = "Takeaways"\n', ""))
    write(settings, "id = [", name="second.toml")
    write(
        settings,
        TAKEAWAY.replace('"takeaway"', '"third"').replace('"Tk"', '"Th"').replace("#878787", "#b2182b"),
        name="third.toml",
    )
    write(
        settings,
        TAKEAWAY.replace('"takeaway"', '"fourth"').replace('"Tk"', '"Fo"').replace("#878787", "#7a5c00"),
        name="fourth.toml",
    )
    with pytest.raises(FaultyFiles) as caught:
        layerset.load(settings)
    found = [(fault.file, fault.where) for fault in caught.value.faults]
    assert found == [
        ("layers/places/second.toml", "end of file"),
        (SHOWN, "version"),
        (SHOWN, "label"),
        ("layers/places/third.toml", "style, colour"),
    ]
    assert "cannot be told from" in str(caught.value)
    assert "deuteranopia" in str(caught.value)


def test_a_file_that_nothing_would_read_is_a_fault(settings: Settings) -> None:
    write(settings, TAKEAWAY, folder=".")
    (fault,) = layerset.check(settings)
    assert str(fault) == "layers/takeaway.toml: is not read here. Move it to layers/places or layers/sources."


def test_an_overlay_adds_a_layer_after_those_of_its_group(settings: Settings) -> None:
    shipped = layerset.load(settings)
    write(settings, TAKEAWAY)
    overlaid = layerset.load(settings)
    assert set(overlaid.ids) - set(shipped.ids) == {"takeaway"}
    assert overlaid.layers[overlaid.ids.index("takeaway") - 1].group == "community"
    assert overlaid.layers[overlaid.ids.index("takeaway") + 1].group == "licensed"


def test_an_overlay_replaces_the_layer_of_the_same_name(settings: Settings) -> None:
    text = TAKEAWAY.replace('id = "takeaway"', 'id = "library"').replace('"fast_food"', '"library"').replace("Tk", "Li")
    write(settings, text, name="library.toml")
    layers = layerset.load(settings)
    assert layers.layer("library").label == "Takeaways"
    assert not any(match.layer == "library" for match in layers.classify({"building": "library"}))


def test_an_overlay_may_name_more_tags(settings: Settings) -> None:
    text = TAKEAWAY.replace('amenity = "fast_food"\n\n', 'amenity = ["fast_food", "chippy"]\n\n')
    assert len(faults(settings, text)) == 1
    write(settings, '[values]\namenity = ["chippy"]\n', name="known_tags.toml", folder=".")
    assert layerset.check(settings) == ()


def test_an_order_that_names_no_layer_is_a_fault(settings: Settings) -> None:
    write(settings, 'version = "2"\norder = ["school", "nursry"]\n', name="layers.toml", folder=".")
    (fault,) = layerset.check(settings)
    assert str(fault) == 'layers/layers.toml, order: there is no layer "nursry". Did you mean "nursery"?'


def test_an_order_of_ones_own_is_kept(settings: Settings) -> None:
    write(settings, 'order = ["police", "school"]\n', name="layers.toml", folder=".")
    layers = layerset.load(settings)
    assert layers.ids[:3] == ("police", "cctv", "school")
    assert layers.version == "1+local"


def test_local_rules_for_all_layers_add_to_the_shipped_ones(settings: Settings) -> None:
    rules = '[[never]]\nwhen = { amenity = "prison" }\nwhy = "x"\n\n[[caveat]]\nwhen = { fee = "yes" }\nsay = "costs money"\n'
    write(settings, rules, name="layers.toml", folder=".")
    layers = layerset.load(settings)
    assert layers.classify({"amenity": "prison;school"}) == ()
    assert layers.classify({"amenity": "women_shelter;school"}) == ()
    (match,) = layers.classify({"amenity": "school", "fee": "yes", "disused": "yes"})
    assert set(match.caveats) == {"costs money", "tagged as disused: check whether it is still used"}


def test_version_and_checksum_tell_local_files(settings: Settings) -> None:
    before = layerset.load(settings)
    assert before.version == "1"
    assert len(before.sha256) == len(hashlib.sha256().hexdigest())
    write(settings, TAKEAWAY)
    after = layerset.load(settings)
    assert after.version == "1+local"
    assert after.sha256 != before.sha256


def test_the_checksum_is_that_of_the_content_not_of_line_ends(settings: Settings) -> None:
    write(settings, TAKEAWAY)
    unix = layerset.load(settings).sha256
    path = settings.home / "layers" / "places" / "takeaway.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert layerset.load(settings).sha256 == unix
    path.write_bytes(path.read_bytes().replace(b"Takeaways.", b"Takeaways!"))
    assert layerset.load(settings).sha256 != unix


@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=80) | st.binary(max_size=40).map(lambda b: b.decode("latin-1")), at=st.integers(0, len(TAKEAWAY)))
def test_whatever_is_written_gives_faults_and_never_a_traceback(settings: Settings, text: str, at: int) -> None:
    write(settings, "")
    (settings.home / "layers" / "places" / "takeaway.toml").write_text(
        TAKEAWAY[:at] + text + TAKEAWAY[at:], encoding="utf-8", errors="surrogateescape" if text.isascii() else "replace"
    )
    for fault in layerset.check(settings):
        assert fault.file
        assert fault.what.strip().endswith((".", "?"))
