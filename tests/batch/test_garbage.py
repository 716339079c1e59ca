"""The search for cyclic garbage, held back and let go again."""

import gc
from contextlib import ExitStack

import pytest

from era_geo import garbage


def test_it_is_held_back_within_the_block_and_as_before_after_it() -> None:
    before = gc.get_threshold()
    with garbage.sought(garbage.SELDOM):
        assert gc.get_threshold()[0] == garbage.SELDOM
    assert gc.get_threshold() == before


def test_it_is_as_before_after_a_fault() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="a fault"), garbage.sought(garbage.NEVER):
        raise ValueError("a fault")
    assert gc.get_threshold() == before


def test_blocks_that_overlap_leave_it_as_it_was_whichever_ends_first() -> None:
    before = gc.get_threshold()
    first, second = ExitStack(), ExitStack()
    first.enter_context(garbage.sought(garbage.SELDOM))
    second.enter_context(garbage.sought(garbage.SELDOM))
    first.close()
    assert gc.get_threshold()[0] == garbage.SELDOM
    second.close()
    assert gc.get_threshold() == before
