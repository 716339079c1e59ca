"""What a caseload asks for under each profile: reading it, counting it, leaving small counts out, and showing it."""

import datetime as dt
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from era_geo import cli
from era_geo.errors import DataError, Fault, FaultyFiles, UsageError
from era_geo.record import demandchart, demandwords
from era_geo.record.circumstances import Circumstances
from era_geo.record.demand import MONTHS, Demand, demand
from era_geo.record.demandread import EXAMPLE, Caseload, CaseloadRow, Events, read_caseload
from era_geo.record.profile import Need
from era_geo.record.profileload import load_profiles
from era_geo.record.statistics import LEAST
from era_geo.record.terms import Order, RiskLevel, Trigger
from era_geo.settings import Settings

PROFILES = load_profiles(Settings(home="nowhere"))
NATIONAL, LANARKSHIRE = PROFILES["national-2017"], PROFILES["lanarkshire-2023"]
JANUARY = dt.date(2026, 1, 1)
LOW = Circumstances(level=1, risk_level=RiskLevel.LOW, orders=())


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "caseload.csv"
    path.write_text(text, encoding="utf-8")
    return path


def told(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(FaultyFiles) as raised:
        read_caseload(written(tmp_path, text))
    return [str(fault) for fault in raised.value.faults]


class TestReading:
    def test_one_row_for_each_person(self, tmp_path: Path) -> None:
        text = (
            "Reference,MAPPA level,Risk of harm,Orders,Date registered,Last ERA date,Renewal date,Moves\n"
            "LAN-1,Level 2,Very High,SHPO; licence,06/05/2019,2025-05-06,6 May 2026,2026-02-03; 2026-08-09\n"
            "LAN-2,l1,m,none,,,,\n"
            "LAN-3,,,,,,,1\n"
        )
        first, second, third = read_caseload(written(tmp_path, text)).rows
        assert first == CaseloadRow(
            Circumstances(
                level=2,
                risk_level=RiskLevel.VERY_HIGH,
                orders=(Order.SHPO, Order.LICENCE),
                registered_on=dt.date(2019, 5, 6),
                last_era_on=dt.date(2025, 5, 6),
                renewal_on=dt.date(2026, 5, 6),
            ),
            address_changes=Events((dt.date(2026, 2, 3), dt.date(2026, 8, 9))),
        )
        assert second.case == replace(LOW, risk_level=RiskLevel.MEDIUM)
        assert third == CaseloadRow(Circumstances(), address_changes=Events(undated=1))

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [("level;people\n1;40\n", "utf-8-sig"), ("level\tpeople\n1\t40\n", "utf-16"), ("LEVEL,Number of people\n1,40\n", "cp1252")],
    )
    def test_as_any_program_saves_it(self, tmp_path: Path, text: str, encoding: str) -> None:
        path = tmp_path / "caseload.csv"
        path.write_bytes(text.encode(encoding))
        (row,) = read_caseload(path).rows
        assert (row.people, row.case.level) == (40, 1)

    def test_all_faults_are_told_at_once_by_row_and_column(self, tmp_path: Path) -> None:
        text = (
            "level,risk,orders,people,registered,address changes\n"
            "4,high,none,1,2020-01-01,\n"
            "1,awful,SHOP,-3,yesterday,often\n"
            "1,low,none,9999999,2120-01-01,2026-01-01; soon\n"
        )
        faults = told(tmp_path, text)
        assert [fault.partition(": ")[0] for fault in faults] == [
            "caseload.csv, row 2, level",
            *(f"caseload.csv, row 3, {column}" for column in ("risk", "orders", "registered", "people", "address changes")),
            *(f"caseload.csv, row 4, {column}" for column in ("registered", "people", "address changes")),
        ]

    def test_a_fault_never_repeats_a_cell(self, tmp_path: Path) -> None:
        text = "level,risk,orders,people,registered,moves\nJohn Doe,John Doe,John Doe,John Doe,John Doe,John Doe\n"
        assert len(told(tmp_path, text)) == 6
        assert "John" not in "".join(told(tmp_path, text))

    def test_without_the_level_s_column_nothing_is_read(self, tmp_path: Path) -> None:
        assert told(tmp_path, "risk,people\nlow,3\n")[0].startswith("caseload.csv: There is no column level or MAPPA level")

    def test_an_empty_table_is_told(self, tmp_path: Path) -> None:
        assert told(tmp_path, "level,people\n") == ["caseload.csv: There is no row below the headings."]
        assert "no column level" in told(tmp_path, "")[0]

    def test_a_column_that_is_not_known_is_told_and_not_repeated_unless_it_is_near_one(self, tmp_path: Path) -> None:
        read = read_caseload(written(tmp_path, "level,adress changes,John Doe\n1,3,x\n"))
        assert read.not_read[0] == 'column 2 is not known and was not read. Did you mean "address changes"?'
        assert "John" not in read.not_read[1]
        assert demand(read, [NATIONAL], JANUARY).notes == read.not_read

    def test_what_is_no_table_or_not_there(self, tmp_path: Path) -> None:
        path = tmp_path / "caseload.csv"
        with pytest.raises(UsageError, match="cannot be read"):
            read_caseload(path)
        path.write_bytes(b"PK\x03\x04\x00\x00")
        with pytest.raises(DataError, match="no text table"):
            read_caseload(path)

    @given(cell=st.text(alphabet="0123456789;,/-. ²½٣", max_size=14))
    def test_any_cell_is_read_or_is_a_fault(self, tmp_path_factory: pytest.TempPathFactory, cell: str) -> None:
        path = tmp_path_factory.getbasetemp() / "any-caseload.csv"
        path.write_text(f'level,people,registered,moves\n1,"{cell}","{cell}","{cell}"\n', encoding="utf-8")
        faults: tuple[Fault, ...] = ()
        try:
            rows = read_caseload(path).rows
        except FaultyFiles as error:
            rows, faults = (), error.faults
        assert (len(rows) == 1) != bool(faults)
        assert all(fault.where.startswith("row 2") for fault in faults)


def counted(row: CaseloadRow, start: dt.date = JANUARY, profile: object = NATIONAL) -> Demand:
    return demand(Caseload((row,)), [profile], start)


def line(result: Demand, trigger: Trigger, need: Need = Need.REQUIRED) -> tuple[int | None, ...]:
    """The months of one line of the first profile; nothing where it counts nothing."""
    return next(
        (each.months for each in result.profiles[0].lines if (each.trigger, each.need) == (trigger, need) and each.total), ()
    )


def month(place: int, count: int = 1) -> tuple[int, ...]:
    return tuple(count if each == place else 0 for each in range(MONTHS))


class TestCounting:
    @pytest.mark.parametrize(
        ("dates", "place"),
        [
            ({"renewal_on": dt.date(2026, 5, 31)}, 4),
            ({"renewal_on": dt.date(2027, 5, 31)}, 4),
            ({"renewal_on": dt.date(2022, 5, 31)}, 4),
            ({"last_era_on": dt.date(2024, 2, 29)}, 1),
            ({"registered_on": dt.date(1997, 9, 1)}, 8),
            ({"registered_on": dt.date(2025, 12, 31), "last_era_on": dt.date(2025, 7, 1)}, 6),
        ],
    )
    def test_a_yearly_review_falls_into_the_month_of_its_renewal_date(self, dates: dict[str, dt.date], place: int) -> None:
        result = counted(CaseloadRow(replace(LOW, level=2, **dates), people=3))
        assert line(result, Trigger.ANNUAL_REVIEW) == month(place, 3)
        assert result.profiles[0].total == 3

    def test_the_year_may_begin_in_any_month(self) -> None:
        result = counted(CaseloadRow(replace(LOW, level=2, renewal_on=dt.date(2026, 3, 9))), dt.date(2026, 4, 30))
        assert result.months[0] == "2026-04"
        assert result.months[-1] == "2027-03"
        assert line(result, Trigger.ANNUAL_REVIEW) == month(11)

    def test_who_registers_in_the_year_has_an_initial_era_and_no_review(self) -> None:
        result = counted(CaseloadRow(replace(LOW, level=2, registered_on=dt.date(2026, 6, 1)), people=2))
        assert line(result, Trigger.FIRST_REGISTRATION) == month(5, 2)
        assert line(result, Trigger.ANNUAL_REVIEW) == ()
        assert (result.people, result.profiles[0].total) == (0, 2)

    def test_who_registers_later_is_not_counted_and_told(self) -> None:
        result = counted(CaseloadRow(replace(LOW, registered_on=dt.date(2027, 1, 1)), people=4))
        assert (result.people, result.profiles[0].total) == (0, 0)
        assert "4 people register after these twelve months" in result.notes[0]

    def test_events_outside_the_year_are_not_of_it(self) -> None:
        dates = tuple(dt.date.fromisoformat(text) for text in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"))
        result = counted(CaseloadRow(LOW, people=0, address_changes=Events(dates)))
        assert line(result, Trigger.CHANGE_OF_ADDRESS) == (1, *[0] * 10, 1)

    def test_every_kind_of_event_is_a_line(self) -> None:
        each = Events(undated=12)
        row = CaseloadRow(
            LOW, people=0, first_registrations=each, address_changes=each, proposed_addresses=each, triggered_reviews=each
        )
        for profile in PROFILES.values():
            lines = {
                (line.trigger, line.need): line.months for line in counted(row, profile=profile).profiles[0].lines if line.total
            }
            assert lines == {
                (Trigger.FIRST_REGISTRATION, Need.REQUIRED): (1,) * 12,
                (Trigger.CHANGE_OF_ADDRESS, Need.REQUIRED): (1,) * 12,
                (Trigger.PROPOSED_ADDRESS, Need.REQUIRED): (1,) * 12,
                (Trigger.CHANGED_CIRCUMSTANCES, Need.CASE_BY_CASE): (1,) * 12,
            }

    @given(st.lists(st.integers(0, 50), min_size=1, max_size=8))
    def test_what_has_no_date_is_spread_evenly_and_none_is_lost(self, people: list[int]) -> None:
        rows = tuple(CaseloadRow(replace(LOW, level=2), people=count) for count in people)
        result = demand(Caseload(rows), [NATIONAL], JANUARY)
        months = line(result, Trigger.ANNUAL_REVIEW) or (0,)
        assert sum(months) == sum(people) == result.profiles[0].total
        assert max(months) - min(months) <= 1

    def test_the_two_profiles_differ_in_level_1_otherwise_alone(self) -> None:
        rows = (CaseloadRow(LOW, people=24), CaseloadRow(replace(LOW, orders=(Order.SRO,)), people=36))
        national, lanarkshire = demand(Caseload(rows), [NATIONAL, LANARKSHIRE], JANUARY).profiles
        assert [(each.label, each.total) for each in national.lines if each.total] == [
            ("Yearly review", 36),
            ("Yearly review, or a documented reason", 24),
        ]
        assert [(each.label, each.total) for each in lanarkshire.lines if each.total] == [("Yearly review", 36)]
        assert (national.not_required, lanarkshire.not_required) == (0, 24)

    def test_missing_facts_are_counted_apart_and_never_as_nothing(self) -> None:
        national, lanarkshire = demand(
            Caseload((CaseloadRow(Circumstances(), people=12),)), [NATIONAL, LANARKSHIRE], JANUARY
        ).profiles
        for profile in (national, lanarkshire):
            assert (profile.total, profile.not_required) == (0, 0)
            assert [each.total for each in profile.cannot_say] == [12]
        assert any(
            "cannot be said; facts are missing" in text for text in demandwords.sentences(counted(CaseloadRow(Circumstances())))
        )

    @pytest.mark.parametrize(("every", "months"), [(6, (0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)), (24, (0,) * 12)])
    def test_a_profile_may_repeat_more_or_less_often(self, settings: Settings, every: int, months: tuple[int, ...]) -> None:
        folder = settings.home / "profiles"
        folder.mkdir(parents=True)
        text = (Path(demandwords.__file__).parent / "profiles" / "national-2017.toml").read_text(encoding="utf-8")
        (folder / "national-2017.toml").write_text(text.replace("every_months = 12", f"every_months = {every}"), encoding="utf-8")
        profile = load_profiles(settings)["national-2017"]
        result = counted(CaseloadRow(replace(LOW, level=2, last_era_on=dt.date(2025, 2, 1))), profile=profile)
        assert (line(result, Trigger.ANNUAL_REVIEW) or (0,) * 12) == months
        assert counted(CaseloadRow(replace(LOW, level=2), people=10), profile=profile).profiles[0].total == 120 // every

    @pytest.mark.parametrize("start", [dt.date(1999, 12, 1), dt.date(2049, 6, 1)])
    def test_a_year_outside_the_calendar_is_a_sentence(self, start: dt.date) -> None:
        with pytest.raises(UsageError, match="outside the calendar"):
            counted(CaseloadRow(LOW), start)

    def test_without_a_profile_nothing_can_be_asked(self) -> None:
        with pytest.raises(UsageError, match="at least one"):
            demand(Caseload((CaseloadRow(LOW),)), [], JANUARY)


class TestLanarkshireQuestion:
    """The invented caseload that comes with the program: 908 ERAs where everybody is reviewed each year."""

    result = demand(read_caseload(EXAMPLE), [NATIONAL, LANARKSHIRE], dt.date(2022, 1, 1))

    def test_a_yearly_review_for_all_comes_to_908(self) -> None:
        national, lanarkshire = self.result.profiles
        assert (national.total, lanarkshire.total) == (908, 598)
        assert sum(national.months) == 908
        assert "lanarkshire-2023 1 asks for 310 (34%) fewer than national-2017 1." in demandwords.sentences(self.result)

    def test_every_row_says_that_it_is_invented(self) -> None:
        lines = EXAMPLE.read_text(encoding="utf-8").splitlines()[1:]
        assert lines
        assert all(text.startswith("invented: ") for text in lines)


class TestWords:
    result = TestLanarkshireQuestion.result

    def test_the_table_has_every_line_and_its_sum(self) -> None:
        columns, rows = demandwords.table(self.result)
        assert columns == ("profile", "ERA", *self.result.months, "total")
        for profile in ("national-2017 1", "lanarkshire-2023 1"):
            own = [row for row in rows if row[0] == profile]
            (whole,) = [row for row in own if row[1] == "All"]
            parts = [row for row in own if row[1] != "All"]
            assert [sum(row[place] for row in parts) for place in range(2, 15)] == list(whole[2:])

    def test_the_document_fits_its_published_schema(self) -> None:
        published = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "demand-1.json").read_text(encoding="utf-8"))
        assert published == demandwords.json_schema()
        for result in (self.result, demandwords.for_sharing(self.result)):
            document = json.loads(demandwords.to_json(result))
            jsonschema.validate(document, published)
            assert document["schema"] == "era-geo/demand/1"
        assert json.loads(demandwords.to_json(self.result))["profiles"][0]["total"] == 908

    def test_a_line_that_counts_nothing_is_there_all_the_same(self) -> None:
        shared = demandwords.for_sharing(counted(CaseloadRow(replace(LOW, level=2), people=240)))
        (profile,) = shared.profiles
        totals = {each.label: each.total for each in profile.lines}
        assert profile.total == 240
        # The sum and the only line that counts anything would tell together that all others count nothing.
        assert totals["Yearly review"] is None
        assert totals["Proposed address"] is None
        assert [each.total for each in profile.cannot_say] == [None]

    @pytest.mark.parametrize(
        "rows",
        [
            [CaseloadRow(LOW, people=2)],
            [CaseloadRow(replace(LOW, renewal_on=dt.date(2026, 5, 1)), people=9), CaseloadRow(replace(LOW, level=3), people=700)],
            [CaseloadRow(replace(LOW, orders=None), people=61, address_changes=Events(undated=200)), CaseloadRow(LOW, people=90)],
        ],
    )
    def test_shared_counts_are_true_and_none_is_small_or_alone_in_its_sum(self, rows: list[CaseloadRow]) -> None:
        whole = demand(Caseload(tuple(rows)), [NATIONAL, LANARKSHIRE], JANUARY)
        shared = demandwords.for_sharing(whole)
        assert shared.suppressed
        for before, after in zip(whole.profiles, shared.profiles, strict=True):
            assert after.not_required is None
            pairs = [(before, after), *zip(before.lines + before.cannot_say, after.lines + after.cannot_say, strict=True)]
            for one, other in pairs:
                real, kept = [*one.months, one.total], [*other.months, other.total]
                assert all(told is None or told == count >= LEAST for count, told in zip(real, kept, strict=True))
                assert kept.count(None) != 1, "one suppressed count among thirteen is the rest of the sum"
            for place in range(MONTHS):
                sums = [after.months[place], *(each.months[place] for each in after.lines)]
                assert sums.count(None) != 1
        for one, other in zip(*(profile.lines for profile in whole.profiles), strict=False):
            if (one.trigger, one.need, one.months) == (other.trigger, other.need, other.months):
                places = [profile.lines.index(each) for profile, each in zip(whole.profiles, (one, other), strict=True)]
                assert shared.profiles[0].lines[places[0]] == shared.profiles[1].lines[places[1]]

    @pytest.mark.parametrize("few", [3, 4])
    def test_the_people_of_whom_nothing_is_asked_cannot_be_found_from_all_and_their_reviews(self, few: int) -> None:
        rows = (CaseloadRow(replace(LOW, level=2), people=240), CaseloadRow(LOW, people=few))
        whole = demand(Caseload(rows), [LANARKSHIRE, NATIONAL], JANUARY)
        assert (whole.people, whole.profiles[0].total, whole.profiles[0].not_required) == (240 + few, 240, few)
        shared = demandwords.for_sharing(whole)
        told = [shared.people, *(line.total for line in (*shared.profiles[0].lines, *shared.profiles[0].cannot_say))]
        reviews = [line.total for line in shared.profiles[0].lines if line.trigger is Trigger.ANNUAL_REVIEW]
        assert shared.people is None or None in reviews or shared.profiles[0].total is None
        assert told != [240 + few, 240]

    def test_how_many_register_later_is_not_shared(self) -> None:
        later = CaseloadRow(replace(LOW, registered_on=dt.date(2028, 5, 1)), people=3)
        whole = demand(Caseload((CaseloadRow(LOW, people=90), later)), [NATIONAL], JANUARY)
        assert [note for note in whole.notes if note.startswith("3 people")]
        notes = " ".join(demandwords.for_sharing(whole).notes)
        assert "People register after these twelve months" in notes
        assert "3" not in notes

    def test_where_reviews_are_not_yearly_all_people_are_not_told(self) -> None:
        rules = tuple(replace(rule, every_months=6) if rule.every_months else rule for rule in NATIONAL.rules)
        whole = demand(Caseload((CaseloadRow(LOW, people=90),)), [replace(NATIONAL, rules=rules)], JANUARY)
        assert whole.profiles[0].total == 180
        assert demandwords.for_sharing(whole).people is None

    def test_a_shared_table_says_what_the_star_means(self) -> None:
        shared = demandwords.for_sharing(self.result)
        _, rows = demandwords.table(shared)
        assert any("*" in row for row in rows)
        assert any(note.startswith("* is a count under 5") for note in shared.notes)


class TestChart:
    result = TestLanarkshireQuestion.result

    def test_svg_has_its_words_for_those_who_do_not_see_it(self) -> None:
        root = ET.fromstring(demandchart.render_svg(self.result))  # noqa: S314 - our own file
        space = "{http://www.w3.org/2000/svg}"
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == "title desc"
        assert root.find(f"{space}title").text == "ERAs a month"
        assert root.find(f"{space}desc").text == demandchart.alternative_text(self.result)

    def test_the_words_say_what_the_lines_show(self) -> None:
        said = demandchart.alternative_text(self.result)
        assert "national-2017 1: between 73 and 77 a month, 908 in all." in said
        shared = replace(self.result, profiles=(replace(self.result.profiles[0], months=(None,) * 12, total=None),))
        assert "no month can be told, the total is suppressed, 12 months are suppressed" in demandchart.alternative_text(shared)

    def test_a_png_is_drawn_and_the_same_twice(self) -> None:
        from PIL import Image  # noqa: PLC0415 - only here

        picture = demandchart.render_png(self.result)
        assert picture == demandchart.render_png(self.result)
        with Image.open(io.BytesIO(picture)) as image:
            assert image.size == (1600, 900)
            colours = {colour for _, colour in image.convert("RGB").getcolors(1 << 20)}
        assert {(0x0B, 0x4A, 0x8F), (0x9B, 0x0F, 0x3C)} <= colours

    def test_more_profiles_than_can_be_told_apart_are_refused(self) -> None:
        with pytest.raises(UsageError, match="up to 4 profiles"):
            demandchart.render_png(replace(self.result, profiles=self.result.profiles * 3))


class TestCommand:
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ERA_GEO_HOME", str(tmp_path / "home"))
        monkeypatch.chdir(tmp_path)

    def test_json_is_one_document_and_nothing_else(self, capfd: pytest.CaptureFixture[str]) -> None:
        assert cli.run(["demand", "c.csv", "--write-example"]) == 0
        capfd.readouterr()
        assert cli.run(["demand", "c.csv", "--from", "2022-01", "--profile", "national-2017", "--json"]) == 0
        printed = capfd.readouterr()
        assert [profile["total"] for profile in json.loads(printed.out)["profiles"]] == [908]
        assert printed.err == ""

    def test_what_is_shared_of_one_profile_is_what_is_shared_of_it_with_all(self, capfd: pytest.CaptureFixture[str]) -> None:
        cli.run(["demand", "c.csv", "--write-example"])
        capfd.readouterr()
        together = ["demand", "c.csv", "--from", "2022-01", "--share", "--json"]
        assert cli.run(together) == 0
        every = {profile["profile"]: profile for profile in json.loads(capfd.readouterr().out)["profiles"]}
        assert len(every) == len(PROFILES)
        for name, profile in PROFILES.items():
            assert cli.run([*together, "--profile", name]) == 0
            assert json.loads(capfd.readouterr().out)["profiles"] == [every[profile.printed]]

    def test_all_profiles_are_shown_and_files_written(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        cli.run(["demand", "c.csv", "--write-example"])
        assert cli.run(["demand", "c.csv", "--from", "2026-04", "--out", "out", "--share"]) == 0
        printed = capfd.readouterr().out
        for name in PROFILES:
            assert f"\n{name} " in printed
        assert " Apr  May " in printed
        assert {path.name for path in (tmp_path / "out").iterdir()} == {
            f"demand.{kind}" for kind in ("csv", "json", "svg", "png", "txt")
        }
        assert "*" in (tmp_path / "out" / "demand.csv").read_text(encoding="utf-8")
        assert json.loads((tmp_path / "out" / "demand.json").read_text(encoding="utf-8"))["suppressed"] is True

    def test_a_file_that_is_there_is_never_written_over(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        path = written(tmp_path, "mine")
        assert cli.run(["demand", str(path), "--write-example"]) == 2
        assert "is there already" in capfd.readouterr().err
        assert path.read_text(encoding="utf-8") == "mine"

    @pytest.mark.parametrize(
        ("words", "what"),
        [
            (["nowhere.csv"], "nowhere.csv cannot be read"),
            (["caseload.csv", "--profile", "national"], 'no rule profile "national"'),
            (["caseload.csv", "--out", "caseload.csv"], "caseload.csv cannot be written to"),
        ],
    )
    def test_a_mistake_is_a_sentence(self, tmp_path: Path, words: list[str], what: str, capfd: pytest.CaptureFixture[str]) -> None:
        written(tmp_path, "level,people\n1,30\n")
        assert cli.run(["demand", *words]) == 2
        assert what in capfd.readouterr().err
