"""How long a sign-in lasts: it ends when unused, when its time is up, when it is signed out; and nothing makes it live again."""

from pathlib import Path
from typing import Any

import pytest

from era_geo.errors import DataError
from era_geo.ui.sign_ins import SignIns, State

HOUR_S = 3600.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where what has ended is noted."""
    return tmp_path / "ended"


def claims_made(at: float, **more: Any) -> dict[str, Any]:
    return {"iss": "i", "sub": "s", "iat": at, **more}


def test_a_sign_in_ends_when_unused_and_stays_ended(home: Path) -> None:
    alive = SignIns(home, idle_s=60, longest_s=600)
    made = claims_made(1000)
    assert alive.state(made, 1050, at_work=True) is State.ALIVE
    assert alive.state(made, 1100, at_work=False) is State.ALIVE
    assert alive.state(made, 1111, at_work=True) is State.IDLE
    assert alive.state(made, 1051, at_work=True) is State.IDLE
    assert alive.state(claims_made(1112), 1113, at_work=True) is State.ALIVE


def test_work_goes_on_until_the_time_is_up(home: Path) -> None:
    alive = SignIns(home, idle_s=60, longest_s=600)
    made = claims_made(0)
    states = [alive.state(made, now, at_work=True) for now in range(0, 660, 30)]
    assert states == [State.ALIVE] * 21 + [State.OVER]


def test_a_sign_in_signed_out_ends_without_ending_the_next_of_the_same_person(home: Path) -> None:
    alive = SignIns(home, idle_s=60, longest_s=600)
    first, second = claims_made(0, nonce="a"), claims_made(0, nonce="b")
    alive.end(first, 10)
    assert alive.state(first, 11, at_work=True) is State.ENDED
    assert alive.state(second, 11, at_work=True) is State.ALIVE


@pytest.mark.parametrize("made", [None, "1000", True, 10_000.0])
def test_a_sign_in_that_does_not_say_when_it_was_made_is_over(home: Path, made: object) -> None:
    assert SignIns(home, 60, 600).state({"iss": "i", "sub": "s", "iat": made}, 1000, at_work=True) is State.OVER


def test_after_a_restart_a_sign_in_ends_no_later(home: Path) -> None:
    assert SignIns(home, idle_s=60, longest_s=600).state(claims_made(0), 61, at_work=True) is State.IDLE


def test_what_has_ended_stays_ended_after_a_restart_with_other_times_and_for_another_process(home: Path) -> None:
    out, unused, over = claims_made(0, nonce="a"), claims_made(0, nonce="b"), claims_made(-700)
    first, beside = SignIns(home, idle_s=60, longest_s=600), SignIns(home, idle_s=60, longest_s=600)
    assert beside.state(out, 5, at_work=True) is State.ALIVE
    first.end(out, 10)
    assert first.state(unused, 61, at_work=True) is State.IDLE
    assert first.state(over, 61, at_work=True) is State.OVER
    for other in (beside, SignIns(home, idle_s=HOUR_S, longest_s=10 * HOUR_S)):
        assert [other.state(claims, 70, at_work=True) for claims in (out, unused, over)] == [State.ENDED, State.IDLE, State.OVER]


def test_what_is_noted_names_nobody_and_is_nobody_elses(home: Path) -> None:
    SignIns(home, 60, 600).end(claims_made(0, name="A. Sergeant", sub="sergeant"), 10)
    (note,) = home.iterdir()
    assert len(note.name) == 64
    assert note.read_text() == "ENDED"
    assert home.stat().st_mode & 0o077 == 0


def test_what_cannot_be_noted_or_read_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    alive = SignIns(tmp_path / "file", 60, 600)
    with pytest.raises(DataError, match="cannot be"):
        alive.end(claims_made(0), 10)
    with pytest.raises(DataError, match="cannot be"):
        alive.state(claims_made(0), 10, at_work=True)


def test_what_is_remembered_does_not_grow_without_end(home: Path) -> None:
    alive = SignIns(home, idle_s=60, longest_s=600)
    for hour in range(100):
        now = hour * HOUR_S
        alive.state(claims_made(now, nonce="used"), now, at_work=True)
        alive.end(claims_made(now, nonce="ended"), now)
    assert len(list(home.iterdir())) == 25
    assert len(alive._used) == 1
