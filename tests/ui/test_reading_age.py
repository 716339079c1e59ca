"""The app's own words are for everybody: near a reading age of twelve, page by page and sentence by sentence."""

import re
from pathlib import Path

import pytest

import era_geo.ui
from tests.ui.reading_age import reading_age, said_in, sentences_of, syllables

UI = Path(era_geo.ui.__file__).parent
PAGES = {file.stem: texts for file in sorted(UI.glob("*.py")) if (texts := list(said_in(file)))}
AGE = 12
HARDEST_SENTENCE = 15
_SHORT = 10
"""In a shorter sentence one long word of the field's own outweighs all others."""


def help_parts() -> dict[str, list[str]]:
    """The Help page by its headings, each with its paragraphs and points, as they are read."""
    parts = re.split(r"^## ", (UI / "help.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    bare = [re.sub(r"[*`#]|\[|\]\(.*?\)", "", part).partition("\n") for part in parts]
    return {title: [text for text in re.split(r"\n\s*\n|\n(?=- |\d\. )", body) if sentences_of(text)] for title, _, body in bare}


@pytest.mark.parametrize(
    ("word", "count"), [("map", 1), ("agency", 3), ("changed", 1), ("started", 2), ("places", 2), ("table", 2), ("address", 2)]
)
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_hard_text_is_told_from_an_easy_one() -> None:
    assert reading_age(["The map shows the same places."]) < 8
    assert reading_age(["Responsible authorities' multi-agency arrangements necessitate proportionate considerations."]) > 20


def test_the_words_are_found_and_the_markup_is_not() -> None:
    found = list(said_in(UI / "sign_in.py"))
    assert any(text.startswith("This app is for the agencies") for text in found)
    assert not [text for text in found if "<" in text or "eg-" in text]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_near_a_reading_age_of_twelve(page: str) -> None:
    assert reading_age(PAGES[page]) <= AGE


@pytest.mark.parametrize("title", help_parts())
def test_help_is_near_a_reading_age_of_twelve(title: str) -> None:
    assert reading_age(help_parts()[title]) <= AGE


def test_no_sentence_is_for_much_older_readers() -> None:
    texts = [text for said in (*PAGES.values(), *help_parts().values()) for text in said]
    sentences = [" ".join(sentence.split()) for text in texts for sentence in sentences_of(text)]
    hard = {sentence: reading_age([sentence]) for sentence in sentences if len(sentence.split()) >= _SHORT}
    assert {sentence: round(age, 1) for sentence, age in hard.items() if age > HARDEST_SENTENCE} == {}
