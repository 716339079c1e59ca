"""The examples of layers/README.md are files that work."""

from __future__ import annotations

import re

import pytest

from era_geo import layerset, layersourcefile, shipped
from era_geo.layersource import ListSource
from era_geo.settings import Settings
from tests.layers.written import write

TEXT = (shipped.LAYERS / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def block(start: str) -> str:
    (found,) = (text for text in BLOCKS if text.startswith(start))
    return str(found)


def test_the_layer_of_the_guide_works(settings: Settings) -> None:
    write(settings, block('id = "takeaway"'))
    assert layerset.check(settings) == ()
    (match,) = (m for m in layerset.load(settings).classify({"amenity": "fast_food", "access": "no"}) if m.layer == "takeaway")
    assert match.caveats == ("tagged private: check who may use it",)


def test_the_list_of_the_guide_works(settings: Settings) -> None:
    write(settings, block('id = "fife_halls"'), "fife_halls.toml", "sources")
    assert layersourcefile.check(settings) == ()
    (halls,) = (found for found in layersourcefile.load(settings).of_kind(ListSource) if found.id == "fife_halls")
    assert not {"Keeper", "Phone"} & set(halls.columns)


@pytest.mark.parametrize("text", [b for b in BLOCKS if b.startswith("[[")], ids=lambda text: text.split("]]")[0].strip("["))
def test_a_block_of_the_guide_is_that_of_a_shipped_file(text: str) -> None:
    lines = [line.partition("  #")[0].rstrip() for line in text.strip().splitlines()]
    files = [path.read_text(encoding="utf-8") for path in shipped.LAYERS.glob("*/*.toml")]
    assert any("\n".join(lines) in content for content in files), text


def test_every_condition_of_a_rule_is_in_the_guide() -> None:
    from era_geo.layerrows import HAS_WORD, LOOKS, LOOKS_LIKE, STARTS_WITH  # noqa: PLC0415 - only here

    for word in (HAS_WORD, STARTS_WITH, LOOKS_LIKE, *LOOKS):
        assert f"`{word}" in TEXT, word
