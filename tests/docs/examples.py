"""The examples of the documentation, read as what they claim: commands with their output, and Python sessions."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Command:
    """One `$ era-geo ...` of a console block, its exit code, and the lines that its output must hold, in order.

    `# exit code 2` after the command says which code it ends with, 0 unless said; `...` stands for any lines.
    """

    page: Path
    line: str
    code: int
    expected: tuple[str, ...]


def blocks(page: Path, language: str) -> list[str]:
    """Give the fenced blocks of one language."""
    return [body for found, body in _BLOCK.findall(page.read_text(encoding="utf-8")) if found == language]


def commands(page: Path) -> list[Command]:
    """Give every command of a page's console blocks that is ours."""
    found: list[Command] = []
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = part.partition("\n")
            if line.startswith("era-geo "):
                expected = [text.strip() for text in output.splitlines() if text.strip() not in ("", "...")]
                words, _, code = line.partition("# exit code ")
                found.append(Command(page, words.strip(), int(code or 0), tuple(expected)))
    return found


def in_order(expected: tuple[str, ...], output: str) -> str | None:
    """Give the first expected line that the output lacks, `None` where it has all of them in order."""
    lines = iter(text.strip() for text in output.splitlines())
    for text in expected:
        if text not in lines:
            return text
    return None
