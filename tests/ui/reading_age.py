"""How old a reader must be for a text, by the Flesch-Kincaid grade: a grade is a year of school, and school begins at five."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?<=[^aeioul])e$|(?<=[^aeioudt])ed$|(?<=[^aeiouscxz])es$")
_SCHOOL_BEGINS = 5
_LEAST_WORDS = 5
"""Shorter strings are labels and keys, not sentences."""
NOT_PROSE = re.compile(r"[_<>{}=/\\]|\bSELECT\b")


def reading_age(texts: list[str]) -> float:
    """Give the reading age of texts taken together, in years."""
    sentences = [sentence for text in texts for sentence in sentences_of(text)]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    grade = 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return grade + _SCHOOL_BEGINS


def sentences_of(text: str) -> list[str]:
    """Give the sentences of a text; what stands before a colon is one of its own."""
    return [part for part in _SENTENCE_END.split(text.strip()) if _WORD.search(part)]


def syllables(word: str) -> int:
    """Count a word's syllables, as English spells them: near enough for an average."""
    return max(1, len(_VOWELS.findall(_SILENT.sub("", word.lower()))))


def said_in(file: Path) -> Iterator[str]:
    """Give the sentences that a module shows: its texts but for docstrings, keys and markup. What is put in counts as one word."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node}
    passed_over = inside | {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = _text(node) if id(node) not in passed_over else ""
        if text.rstrip().endswith((".", "?", "!")) and len(_WORD.findall(text)) >= _LEAST_WORDS and not NOT_PROSE.search(text):
            yield text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "this" for part in node.values)
    return ""
