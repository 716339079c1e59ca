"""Small counts stay hidden: whoever has all that is published, by whatever arithmetic, cannot find one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from era_geo.errors import UsageError
from era_geo.record.statistics import LEAST, NOTE, CountTable, shown, suppress, suppress_shares, suppress_table

tables = st.tuples(st.integers(1, 4), st.integers(1, 5)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 9) | st.integers(0, 60), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def table_of(cells: list[list[int]]) -> CountTable:
    rows = [f"row {place}" for place in range(len(cells))]
    columns = [f"column {place}" for place in range(len(cells[0]))]
    return suppress_table(rows, columns, {(r, c): cells[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)})


def published(table: CountTable) -> list[list[int | None]]:
    """The table as a grid with its totals in the last row and column."""
    grid = [[*cells, total] for cells, total in zip(table.cells, table.row_totals, strict=True)]
    return [*grid, [*table.column_totals, table.total]]


def truth(cells: list[list[int]]) -> list[list[int]]:
    grid = [[*row, sum(row)] for row in cells]
    return [*grid, [sum(column) for column in zip(*grid, strict=True)]]


def lines(grid: list[list[int | None]]) -> list[list[tuple[int, int]]]:
    """Rows and columns of a grid, as places; the last place of each is the total of the others."""
    height, width = len(grid), len(grid[0])
    return [[(i, j) for j in range(width)] for i in range(height)] + [[(i, j) for i in range(height)] for j in range(width)]


def found_by_subtraction(grid: list[list[int | None]]) -> dict[tuple[int, int], tuple[float, float]]:
    """Narrow what each hidden count can be, line by line and again, as somebody with a pencil does."""
    limits = {
        (i, j): (0.0, np.inf) if value is None else (float(value), float(value))
        for i, row in enumerate(grid)
        for j, value in enumerate(row)
    }
    for _ in range(60):  # a reader who goes over the table sixty times has given up by then
        before = dict(limits)
        for line in lines(grid):
            *parts, total = line
            for place in line:
                others = [other for other in parts if other != place]
                low, high = (sum(limits[other][side] for other in others) for side in (0, 1))
                new = (low, high) if place == total else (limits[total][0] - high, limits[total][1] - low)
                least, most = limits[place]
                # Without an upper limit on the others nothing is learnt: inf - inf.
                limits[place] = (np.fmax(least, new[0]), np.fmin(most, new[1]))
        if limits == before:
            break
    return limits


def determined_by_equations(grid: list[list[int | None]]) -> list[tuple[int, int]]:
    """The hidden counts that the sums alone leave no freedom, by linear algebra."""
    hidden = [(i, j) for i, row in enumerate(grid) for j, value in enumerate(row) if value is None]
    if not hidden:
        return []
    places = {place: number for number, place in enumerate(hidden)}
    matrix = np.zeros((len(lines(grid)), len(hidden)))
    for number, line in enumerate(lines(grid)):
        for place in line:
            if place in places:
                matrix[number, places[place]] += -1 if place == line[-1] else 1
    _, sizes, directions = np.linalg.svd(matrix)
    free = directions[np.sum(sizes > 1e-9) :]
    return [place for place in hidden if not np.any(np.abs(free[:, places[place]]) > 1e-9)]


@given(tables)
@settings(max_examples=60)
def test_no_suppressed_count_can_be_found_from_the_totals(cells: list[list[int]]) -> None:
    grid, real = published(table_of(cells)), truth(cells)
    assert determined_by_equations(grid) == []
    limits = found_by_subtraction(grid)
    for i, row in enumerate(grid):
        for j, value in enumerate(row):
            if value is None:
                low, high = limits[i, j]
                assert low <= real[i][j] <= high
                assert high - low >= LEAST
                assert high >= LEAST, "a reader must not be sure that a count is small"
            else:
                assert value == real[i][j] >= LEAST


@given(st.lists(st.lists(st.integers(0, 7), min_size=2, max_size=2), min_size=2, max_size=2))
@settings(max_examples=40)
def test_trying_every_table_that_fits_leaves_every_suppressed_count_open(cells: list[list[int]]) -> None:
    grid = published(table_of(cells))
    a, b, c, d = np.indices((16,) * 4).reshape(4, -1)
    whole = [[a, b, a + b], [c, d, c + d], [a + c, b + d, a + b + c + d]]
    fits = np.ones(a.shape, dtype=bool)
    for i, j in product(range(3), repeat=2):
        if grid[i][j] is not None:
            fits &= whole[i][j] == grid[i][j]
    for i, j in product(range(3), repeat=2):
        if grid[i][j] is None:
            assert len(np.unique(whole[i][j][fits])) > LEAST


class TestTables:
    def test_large_counts_stand(self) -> None:
        table = table_of([[10, 20], [30, 40]])
        assert published(table) == truth([[10, 20], [30, 40]])

    def test_one_small_count_takes_three_others_with_it_and_no_total(self) -> None:
        table = table_of([[3, 20, 50], [30, 12, 60], [40, 50, 70]])
        assert table.cells == ((None, None, 50), (None, None, 60), (40, 50, 70))
        assert (table.row_totals, table.column_totals, table.total) == ((73, 102, 160), (73, 82, 180), 335)

    def test_a_zero_is_a_small_count_too(self) -> None:
        assert table_of([[0, 20, 30], [25, 35, 45], [50, 60, 70]]).cells[0][0] is None

    def test_two_small_counts_whose_sum_is_small_are_not_enough(self) -> None:
        # 100 - 98 would say that the two share a count of 2.
        table = table_of([[1, 1, 98]])
        assert table.cells[0] == (None, None, None)

    def test_a_small_total_is_hidden_with_its_parts(self) -> None:
        table = table_of([[1, 2], [50, 60]])
        assert table.row_totals[0] is None
        assert table.cells[0] == (None, None)

    def test_nothing_of_a_tiny_table_stands(self) -> None:
        assert published(table_of([[1, 1], [0, 1]])) == [[None] * 3] * 3

    def test_missing_pairs_count_nothing(self) -> None:
        assert suppress_table(["a"], ["x", "y"], {("a", "x"): 50}).column_totals[1] is None

    def test_what_is_no_row_of_the_table_is_refused(self) -> None:
        with pytest.raises(UsageError, match="no row and column"):
            suppress_table(["a"], ["x"], {("b", "x"): 5})


class TestSums:
    def test_tables_that_share_a_count_are_suppressed_together(self) -> None:
        # `shared` would stand in the first table on its own, and give away `small` in the second.
        counts = {"shared": 40, "other": 50, "first": 90, "small": 2, "second": 42}
        sums = [("first", ["shared", "other"]), ("second", ["shared", "small"])]
        kept = suppress(counts, sums)
        assert kept["small"] is None
        assert kept["shared"] is None or kept["second"] is None
        if kept["shared"] is None:
            assert kept["first"] is None or kept["other"] is None

    def test_what_stands_alone_is_suppressed_alone(self) -> None:
        assert suppress({"a": 3, "b": 30}, []) == {"a": None, "b": 30}

    def test_a_wrong_total_is_refused(self) -> None:
        with pytest.raises(UsageError, match="not the sum of its parts"):
            suppress({"a": 10, "b": 10, "all": 21}, [("all", ["a", "b"])])

    def test_a_negative_count_is_refused(self) -> None:
        with pytest.raises(UsageError, match="below 0"):
            suppress({"a": -1}, [])

    @given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40), min_size=1), st.integers(0, 20))
    @settings(max_examples=40)
    def test_shares_of_a_whole_do_not_tell_of_the_few_that_are_left(self, counts: dict[str, int], more: int) -> None:
        whole = max(counts.values()) + more
        of_all, kept = suppress_shares(whole, counts)
        for name, count in kept.items():
            if count is not None:
                assert count == counts[name] >= LEAST
                assert of_all is None or whole - count >= LEAST
        assert of_all is None or of_all == whole >= LEAST

    def test_eleven_of_twelve_tell_of_the_twelfth(self) -> None:
        assert suppress_shares(12, {"late": 11, "thin": 6}) == (12, {"late": None, "thin": 6})

    def test_more_than_the_whole_is_refused(self) -> None:
        with pytest.raises(UsageError, match="below 0"):
            suppress_shares(5, {"a": 6})


def test_a_suppressed_count_is_shown_in_one_way() -> None:
    assert [shown(count) for count in (None, 12)] == ["*", "12"]
    assert NOTE.startswith("* is a count under 5, or one left out")
