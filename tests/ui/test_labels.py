"""Text from outside in labels and messages, which Streamlit reads as Markdown: it stays text, whatever it is."""

import html
import logging
import re
import sys
import threading

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from era_geo.outputs import escape
from era_geo.ui import quiet_log, serve
from era_geo.ui.markup import element, joined

SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \n\tab1"
MARKDOWN = MarkdownIt("commonmark")


@given(st.text(SIGNS, max_size=40) | st.text(max_size=40))
@example("![x](https://attacker.invalid/a.png)")
@example("<img src=x onerror=alert(1)>")
@example("1. a\n# b\n- c\n> d\n```\ne")
@example("&lt;b&gt; &#65; a  \nb")
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    shown = MARKDOWN.render(escape.markdown(text))
    match = re.fullmatch(r"<p>(.*)</p>\n", shown) if shown else re.fullmatch("()", shown)
    assert match is not None, shown
    assert "<" not in match[1]
    assert html.unescape(match[1]).replace("\u2060", "") == escape.line(text).replace("\u2060", "")


@pytest.mark.parametrize(
    "text", ["www.attacker.invalid", "https://attacker.invalid", "a@attacker.invalid", ":material/home:", ":red[x]"]
)
def test_what_is_looked_for_after_the_escapes_is_broken(text: str) -> None:
    seen = re.sub(r"\\(?=[^\w\s])", "", escape.markdown(text))
    assert not re.search(r"www\.|://|\w@\w|:\w|:\[", seen)
    assert seen.replace("\u2060", "") == text


@given(st.text(max_size=40))
def test_what_is_not_markup_is_escaped_on_its_way_in(text: str) -> None:
    made = element("p", text, element("b", text), title=text)
    assert made.count("<") == 4
    assert joined([made, text]).count("<") == 4


def test_an_unexpected_error_is_logged_without_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="Wallace") as raised:
        int("PF1, 27 Wallace Street")
    assert serve._unexpected(raised.value)
    written = capsys.readouterr().err
    assert "unexpected ValueError in" in written
    assert "Wallace" not in written


@pytest.mark.parametrize("logger", ["streamlit", "uvicorn.error", "authlib"])
def test_no_log_of_any_library_repeats_an_errors_text(logger: str, caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogRecordFactory(), threading.excepthook, sys.excepthook
    quiet_log.hush()
    try:
        int("PF1, 27 Wallace Street")
    except ValueError as error:
        log = logging.getLogger(logger)
        log.exception("Uncaught app execution")
        log.warning("Failed: %s", error)
        log.error("Uncaught", exc_info=error)  # noqa: TRY400 - as Streamlit writes it
    finally:
        logging.setLogRecordFactory(before[0])
        threading.excepthook, sys.excepthook = before[1:]
    assert len(caplog.records) == 3
    assert "Wallace" not in caplog.text
    assert caplog.text.count("ValueError in ") == 3
    assert "Traceback" not in caplog.text
