"""What is read out of a text before any map is looked at: the Scottish forms, and the ways people type them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from era_geo.address.flats import flat_key, listed_flats
from era_geo.address.parse import LONGEST_TEXT, parse

# text -> house number, flat, words
FORMS = {
    "15 Mill Wynd": ("15", None, "mill wynd"),
    "15, Mill Wynd": ("15", None, "mill wynd"),
    "No. 15 Mill Wynd": ("15", None, "mill wynd"),
    "#15 MILL WYND": ("15", None, "mill wynd"),
    "15A Mill Wynd": ("15A", None, "mill wynd"),
    "15 a Mill Wynd": ("15A", None, "mill wynd"),
    "15 N Bridge": ("15", None, "n bridge"),
    "12-14 Mill Wynd": ("12-14", None, "mill wynd"),
    "12 – 14 Mill Wynd": ("12-14", None, "mill wynd"),  # noqa: RUF001 - an en dash is what people paste
    "25-26-27 Argyle Place": ("25-26-27", None, "argyle place"),
    "Mill Wynd 15": ("15", None, "mill wynd"),
    "2/1, 15 Mill Wynd": ("15", "2/1", "mill wynd"),
    "2/1 15 mill wynd": ("15", "2/1", "mill wynd"),
    "15 2/1 Mill Wynd": ("15", "2/1", "mill wynd"),
    "15 Mill Wynd, 2/1": ("15", "2/1", "mill wynd"),
    "15 Mill Wynd, 2/1, Hamilton": ("15", "2/1", "mill wynd hamilton"),
    "Flat 2/1, 15 Mill Wynd": ("15", "2/1", "mill wynd"),
    "15 Mill Wynd, Flat 2/1": ("15", "2/1", "mill wynd"),
    "Flat 0/2 15 Mill Wynd": ("15", "0/2", "mill wynd"),
    "flat 2, 15 mill wynd": ("15", "2", "mill wynd"),
    "Flat 2 15 Mill Wynd": ("15", "2", "mill wynd"),
    "Flat A, 15 Mill Wynd": ("15", "A", "mill wynd"),
    "Apt 4, 15 Mill Wynd": ("15", "4", "mill wynd"),
    "2, 15 Mill Wynd": ("15", "2", "mill wynd"),
    "15/6 Mill Wynd": ("15", "6", "mill wynd"),
    "15 / 6 Mill Wynd": ("15", "6", "mill wynd"),
    "55/2 Bath Street": ("55", "2", "bath street"),
    "15/2/1 Mill Wynd": ("15", "2/1", "mill wynd"),
    "15A/3 Mill Wynd": ("15A", "3", "mill wynd"),
    "3/L21 Waverley Bridge": ("3", "L21", "waverley bridge"),
    "2F1, 15 Mill Wynd": ("15", "2F1", "mill wynd"),
    "15 Mill Wynd (1F2)": ("15", "1F2", "mill wynd"),
    "GFL 15 Mill Wynd": ("15", "GFL", "mill wynd"),
    "PF1, 15 Mill Wynd": ("15", "PF1", "mill wynd"),
    "TFR, 15 Mill Wynd": ("15", "TFR", "mill wynd"),
    "1/L, 15 Mill Wynd": ("15", "1/L", "mill wynd"),
    "Main Door, 15 Mill Wynd": ("15", "Main Door", "mill wynd"),
    "15(GF) Mill Wynd": ("15", "GF", "mill wynd"),
    "(GF) 15 Mill Wynd": ("15", "GF", "mill wynd"),
    "1(GF)-3 Cumberland Street": ("1-3", "GF", "cumberland street"),
    "71(1) Broughton Street": ("71", "1", "broughton street"),
    "Top Floor Left, 15 Mill Wynd": ("15", "Top Floor Left", "mill wynd"),
    "ground right, 15 mill wynd": ("15", "Ground Right", "mill wynd"),
    "1st floor flat, 15 Mill Wynd": ("15", "1st Floor Flat", "mill wynd"),
    "Block 3 Flat 9, 15 Mill Wynd": ("15", "Block 3 Flat 9", "mill wynd"),
    "Block 3, Muirend Court": (None, "Block 3", "muirend court"),
    "c/o Mrs Smith, 15 Mill Wynd": ("15", None, "mill wynd"),
    "c/o smith 15 mill wynd": ("15", None, "mill wynd"),
    "Rose Cottage, Main Street, Glaston": (None, None, "rose cottage main street glaston"),
    "Muirhead Farm": (None, None, "muirhead farm"),
    "12 1st Avenue": ("12", None, "1st avenue"),
    "15 Garden Street": ("15", None, "garden street"),
    "15 Upper Bow": ("15", None, "upper bow"),
    "6 Flat Field Road": ("6", None, "flat field road"),
    "15 Rathad a' Mhuilinn": ("15", None, "rathad a mhuilinn"),
    "15 Sràid an Eòin": ("15", None, "sraid an eoin"),
    "15 St. Leonard's Street": ("15", None, "st leonards street"),
}


@pytest.mark.parametrize(("text", "parts"), FORMS.items(), ids=list(FORMS))
def test_forms_are_read_as_an_officer_means_them(text: str, parts: tuple[str | None, str | None, str]) -> None:
    typed = parse(text)
    assert (typed.number, typed.flat, " ".join(typed.words)) == parts
    assert typed.postcode is None


@pytest.mark.parametrize(
    ("text", "postcode", "words"),
    [
        ("15 Mill Wynd, ML3 6AB", "ML3 6AB", "mill wynd"),
        ("15 mill wynd ml36ab", "ML3 6AB", "mill wynd"),
        ("ML3 6AB, 15 Mill Wynd", "ML3 6AB", "mill wynd"),
        ("15 Mill Wynd, EH1O 4ER", "EH10 4ER", "mill wynd"),  # the letter O for the figure
        ("15 Mill Wynd G1 1AA", "G1 1AA", "mill wynd"),
        ("15 Mill Wynd, ZZ1 2AB", "ZZ1 2AB", "mill wynd"),
        ("542 Gorige Road", None, "gorige road"),  # no postcode without a figure
        ("Flat B1 2nd floor, 15 Mill Wynd", None, "mill wynd"),
        ("15 Mill Wynd, QQ1 1AA", None, "mill wynd qq1 1aa"),  # no such postcode area
    ],
)
def test_whole_postcodes(text: str, postcode: str | None, words: str) -> None:
    typed = parse(text)
    assert (typed.postcode, " ".join(typed.words)) == (postcode, words)


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("15 Mill Wynd, EH10", "EH10"),
        ("15 Mill Wynd EH10 4", "EH10 4"),
        ("Flat G2, 15 Mill Wynd", None),
        ("15 Mill Wynd flat b1", None),
    ],
)
def test_half_postcodes_are_kept_and_flats_are_none(text: str, district: str | None) -> None:
    assert parse(text).district == district


def test_every_number_that_is_not_explained_is_named() -> None:
    reading = parse("3 Glebe Court, 18 Mill Street").readings[0]
    assert (reading.number_text, reading.spare) == ("3", ("18",))


SAME_FLATS = [
    ("2/1", "2F1", "Flat 2/1", "flat 2f1"),
    ("0/2", "G/2", "GF2", "Flat 0/2"),
    ("GFL", "0/L", "Ground Floor Left", "ground left"),
    ("TFR", "Top Floor Right", "top right", "t/r"),
    ("1/L", "1FL", "First Floor Left", "1L"),
    ("9", "Flat 9", "flat 09"),
    ("Main Door", "main door flat"),
]


@pytest.mark.parametrize("same", SAME_FLATS, ids=[flats[0] for flats in SAME_FLATS])
def test_one_flat_written_differently_is_one_flat(same: tuple[str, ...]) -> None:
    assert len({flat_key(flat) for flat in same}) == 1


def test_different_flats_stay_different() -> None:
    flats = ["2/1", "21", "1/2", "2/11", "0/1", "GFR", "TFR", "3F1", "2F2", "A", "1", "Main Door", "Block 3 Flat 9"]
    assert len({flat_key(flat) for flat in flats}) == len(flats)


def test_lists_of_flats() -> None:
    assert listed_flats("0/1;0/2; 1/1") == ["0/1", "0/2", "1/1"]
    assert listed_flats("1-4") == ["1", "2", "3", "4"]
    assert listed_flats(None) == []


@given(st.text(max_size=LONGEST_TEXT * 2))
@example("2/1" * 200)
@example("(((((15) Mill Wynd")
@example("15/ Mill / Wynd")
@example("c/o")
@example("\x00\u202e15 Mill Wynd")
@example("٣ Mill Wynd")  # figures of another script
def test_any_text_can_be_taken_apart(text: str) -> None:
    typed = parse(text)
    assert typed.readings
    assert len(typed.words) == len(typed.parts)
    assert all(0 <= reading.at <= len(typed.words) or len(typed.words) == 24 for reading in typed.readings)


@given(
    parts=st.tuples(
        st.sampled_from(["2/1", "0/2", "2F1", "GFL", "TFR", "1/L", "PF1"]),
        st.integers(1, 999).map(str),
        st.sampled_from(["", "A", "b"]),
        st.sampled_from(["Mill Wynd", "High Street", "Kirk Brae", "Sràid an Eòin"]),
        st.sampled_from(["ML3 6AB", "EH10 4ER", "G1 1AA", "ml36ab"]),
    ),
    join=st.sampled_from([", ", " ", ",", "\n"]),
)
def test_flat_number_and_postcode_survive_any_joining(parts: tuple[str, ...], join: str) -> None:
    flat, number, suffix, street, code = parts
    typed = parse(join.join([flat, f"{number}{suffix} {street}", code]))
    assert typed.flat == flat
    assert typed.number == f"{number}{suffix}".upper()
    assert typed.postcode is not None
    assert typed.postcode.replace(" ", "") == code.upper().replace(" ", "")
