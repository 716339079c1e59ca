"""Colours: told apart by everybody, and seen on paper."""

from __future__ import annotations

import pytest

from era_geo import layercolour


@pytest.mark.parametrize(
    ("colour", "good"), [("#7b3294", True), ("#ABCDEF", True), ("7b3294", False), ("#fff", False), ("red", False)]
)
def test_a_colour_is_a_hash_and_six_digits(colour: str, *, good: bool) -> None:
    assert layercolour.is_colour(colour) is good


@pytest.mark.parametrize(("colour", "ratio"), [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#949494", 3.03)])
def test_contrast_is_that_of_wcag(colour: str, ratio: float) -> None:
    assert layercolour.contrast_with_white(colour) == pytest.approx(ratio, abs=0.01)


def test_difference_without_colour_blindness_is_that_of_cielab() -> None:
    # Black to white is 100 whatever the kind of colour vision: each simulation keeps greys as they are.
    assert layercolour.least_difference("#000000", "#ffffff")[0] == pytest.approx(100, abs=0.1)
    assert layercolour.least_difference("#123456", "#123456")[0] == 0


@pytest.mark.parametrize(
    ("first", "second", "vision"),
    [
        ("#b03030", "#6b6b00", ("protanopia", "deuteranopia")),
        ("#cc3311", "#cc3344", ("tritanopia",)),
        ("#0072b2", "#a060b0", ("protanopia", "deuteranopia")),
        ("#053061", "#b8860b", None),
    ],
)
def test_pairs_that_are_mixed_up_are_named_with_the_kind_of_vision(first: str, second: str, vision: tuple[str, ...] | None) -> None:
    difference, kind = layercolour.least_difference(first, second)
    assert (difference < layercolour.LEAST_DIFFERENCE) is (vision is not None)
    if vision:
        assert kind in vision
