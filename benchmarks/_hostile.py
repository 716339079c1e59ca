"""Random, mutated and hostile texts, seeded: what people paste, mistype, and try, and what only looks like a reference."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz      ",
    "0123456789/-, ",
    "abc123/-(),.'\" \t\n",
    "".join(chr(code) for code in range(1, 0x250)),
    "".join(
        chr(code) for code in (*range(0x0400, 0x0450), *range(0x4E00, 0x4E40), *range(0x1F600, 0x1F640), 0x202E, 0x200B, 0x0301)
    ),
)
_PIECES = (
    "flat", "Flat 2/1", "2F1", "GFL", "block 3", "c/o", "main door", "12", "15/6", "1-999", "99999", "street", "st", "st st st",
    "the the", "high street", "mill wynd", "EH1 1AA", "ML3", "NS 756 552", "-3.18,55.95", "UPRN", "906700123456", "(", ")",
    "((((", "/", "//", "-", "' OR 1=1 --", '"; DROP TABLE addresses; --', "%s%n", "${7*7}", "<img src=x onerror=alert(1)>",
    "\x00", "\u202e", "a" * 60, "1" * 40, "\\", "*", "NEAR(", "AND", "null", "é" * 20, "\ud83c", "ﬁ", "İ", "ß", "⁵", "½",
)  # fmt: skip


_LIKE_REFERENCES = (
    "LL dddd", "LL dd dd", "LL, ddddd, ddddd", "LLdddddd", "LLd dLL", "LLdd dLL", "dddddd dddddd", "ddd,ddd ddd,ddd", "LL",
    "dd.dddd, -d.dddd", "dd,-d", "dd°dd'dd.d\"N d°dd'dd.d\"W", "UPRN ddd ddd ddd ddd", "ddddddddddddd", "lat dd.d lon -d.d",
    "E dddddd N dddddd", "Flat, dddddd", "d/d, dd",
)  # fmt: skip


def texts(count: int, real: Sequence[str], seed: int = 5) -> Iterator[str]:
    """Give `count` texts: random signs, real addresses mutated, pieces put together, and likenesses of references, by turns."""
    rng = random.Random(seed)
    for number in range(count):
        kind = number % 4
        if kind == 0:
            alphabet = rng.choice(_ALPHABETS)
            yield "".join(rng.choice(alphabet) for _ in range(rng.choice((1, 5, 20, 60, 150, 300, 400))))
        elif kind == 1:
            yield _mutated(rng.choice(real), rng)
        elif kind == 2:
            yield rng.choice((" ", ", ", "", "\n")).join(rng.choice(_PIECES) for _ in range(rng.randrange(1, 14)))
        else:
            yield _filled(rng.choice(_LIKE_REFERENCES), rng)


def _filled(pattern: str, rng: random.Random) -> str:
    """Put a random letter for each L and a random figure for each d."""
    signs = {"L": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "d": "0123456789"}
    return "".join(rng.choice(signs.get(sign, sign)) for sign in pattern)


def _mutated(text: str, rng: random.Random) -> str:
    signs = list(text)
    for _ in range(rng.randrange(1, 9)):
        place = rng.randrange(len(signs) + 1)
        kind = rng.randrange(5)
        if kind == 0:
            signs[place:place] = rng.choice(_PIECES)
        elif kind == 1:
            del signs[place : place + rng.randrange(1, 4)]
        elif kind == 2:
            signs[place:place] = chr(rng.choice((rng.randrange(32, 127), rng.randrange(0xA0, 0x2FF))))
        elif kind == 3:
            rng.shuffle(words := "".join(signs).split(" "))
            signs = list(" ".join(words))
        else:
            signs[place:place] = signs[place : place + 12] * rng.randrange(1, 4)
    return "".join(signs)
