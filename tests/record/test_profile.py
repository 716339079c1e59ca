"""Rule profiles as files: the shipped ones are sound, local ones overlay them, and every fault of every file is told at once."""

import re

import pytest

from era_geo.errors import FaultyFiles, UsageError
from era_geo.record.profile import Mark, Profile
from era_geo.record.profileload import SHIPPED, check_profiles, load_profile, load_profiles
from era_geo.record.terms import Trigger
from era_geo.settings import Settings

NAMES = ("forth-valley-2023", "lanarkshire-2023", "national-2017")
NATIONAL = (SHIPPED / "national-2017.toml").read_text(encoding="utf-8")

OWN = """\
id = "marrowshire-2026"
version = 3
base = "national-2017"
label = "Marrowshire, 2026"
description = "The national rules, with a clock of our own."
[sources]
C = "Marrowshire MAPPA group, minute of 1 April 2026"
[[clock]]
id = "ours"
label = "5 clear working days from notification"
from = "notified_on"
parts = [{ who = "all agencies", working_days = 5 }]
basis = [{ mark = "S", source = "C", says = "Five days." }]
[[rule]]
id = "first-registration"
trigger = "first registration"
need = "required"
clock = "ours"
says = "Initial ERA at first registration, in five days."
basis = [{ mark = "S", source = "C", says = "Five days." }]
"""


def write(settings: Settings, text: str, name: str = "marrowshire-2026.toml") -> None:
    folder = settings.home / "profiles"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def faults(settings: Settings, text: str) -> list[str]:
    write(settings, text)
    return [str(fault) for fault in check_profiles(settings)]


class TestShipped:
    def test_are_sound_and_named(self, settings: Settings) -> None:
        assert tuple(load_profiles(settings)) == NAMES
        assert check_profiles(settings) == ()

    @pytest.mark.parametrize("name", NAMES)
    def test_answer_for_every_trigger(self, settings: Settings, name: str) -> None:
        assert {rule.trigger for rule in load_profile(settings, name).rules} == set(Trigger)

    @pytest.mark.parametrize("name", NAMES)
    def test_every_rule_has_its_basis_and_what_is_stated_names_who_states_it(self, settings: Settings, name: str) -> None:
        profile = load_profile(settings, name)
        clocks = [rule.clock for rule in profile.rules if rule.clock]
        stated = 0
        for rule in (*profile.rules, *profile.leads, *profile.reminders, *clocks):
            assert rule.basis
            for basis in rule.basis:
                assert bool(basis.source) == (basis.mark is Mark.STATED), basis
                stated += basis.mark is Mark.STATED
        assert stated > 5

    def test_no_radius_is_ever_given_as_a_rule(self) -> None:
        texts = " ".join(path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.toml"))
        assert not re.search(r"\b\d+ ?(m|metres|streets)\b|radius", texts)

    def test_the_one_chosen_by_the_settings_is_taken(self, settings: Settings) -> None:
        assert load_profile(settings).id == "national-2017"
        assert load_profile(Settings(home=settings.home, profile="lanarkshire-2023")).id == "lanarkshire-2023"

    def test_an_unknown_one_is_a_sentence_that_names_the_others(self, settings: Settings) -> None:
        with pytest.raises(
            UsageError, match=r'no rule profile "lanarkshire-2022".* Did you mean "lanarkshire-2023"\?.*Profiles: forth'
        ):
            load_profile(settings, "lanarkshire-2022")

    def test_versions_and_checksums_are_told(self, settings: Settings) -> None:
        profiles = load_profiles(settings)
        assert profiles["lanarkshire-2023"].printed == "lanarkshire-2023 1"
        assert profiles["forth-valley-2023"].printed == "forth-valley-2023 1+national-2017.1"
        assert len({profile.sha256 for profile in profiles.values()}) == 3

    def test_a_profile_with_a_base_has_all_its_rules(self, settings: Settings) -> None:
        profiles = load_profiles(settings)
        national, valley = profiles["national-2017"], profiles["forth-valley-2023"]
        assert (valley.rules, valley.leads) == (national.rules, national.leads)
        assert {reminder.id for reminder in valley.reminders} == {"first-level-1-meeting", "tells-police"}


class TestLocal:
    def test_another_is_added(self, settings: Settings) -> None:
        write(settings, OWN)
        profile = load_profile(settings, "marrowshire-2026")
        assert profile.printed == "marrowshire-2026 3+national-2017.1+local"
        rules = {rule.id: rule for rule in profile.rules}
        assert rules["first-registration"].clock.working_days == 5
        assert rules["change-of-address"].clock.working_days == 7
        assert len(profile.rules) == len(load_profile(settings, "national-2017").rules)

    def test_one_of_the_same_name_replaces_the_shipped_one_and_what_is_built_on_it(self, settings: Settings) -> None:
        before = load_profiles(settings)
        write(settings, NATIONAL.replace("working_days = 21", "working_days = 15"), "national-2017.toml")
        after = load_profiles(settings)
        assert after["national-2017"].version == "1+local"
        assert after["forth-valley-2023"].version == "1+national-2017.1+local"
        assert after["lanarkshire-2023"] == before["lanarkshire-2023"]
        assert after["forth-valley-2023"].sha256 != before["forth-valley-2023"].sha256
        assert annual_days(after["forth-valley-2023"]) == {15}

    def test_windows_line_ends_and_a_byte_order_mark_are_no_difference(self, settings: Settings) -> None:
        before = load_profile(settings, "national-2017")
        folder = settings.home / "profiles"
        folder.mkdir(parents=True)
        (folder / "national-2017.toml").write_bytes(b"\xef\xbb\xbf" + NATIONAL.replace("\n", "\r\n").encode())
        assert load_profile(settings, "national-2017").sha256 == before.sha256


def annual_days(profile: Profile) -> set[int]:
    return {rule.clock.working_days for rule in profile.rules if rule.trigger is Trigger.ANNUAL_REVIEW and rule.clock}


class TestFaults:
    def test_all_are_told_at_once_of_all_files(self, settings: Settings) -> None:
        write(settings, "id = ", "broken.toml")
        told = faults(
            settings,
            OWN.replace("version = 3", "version = 0")
            .replace("need =", "ned =")
            .replace('"S", source = "C", says = "Five d', '"Q", says = "D'),
        )
        assert any(fault.startswith("profiles/broken.toml") and "is not TOML" in fault for fault in told)
        assert any("version: must be a whole number" in fault for fault in told)
        assert any('rule 1, ned: is not a field that is known here. Did you mean "need"?' in fault for fault in told)
        assert any("rule 1, need: is missing" in fault for fault in told)
        assert sum('mark: "Q" is not one of S, U, P' in fault for fault in told) == 2
        with pytest.raises(FaultyFiles):
            load_profile(settings)

    @pytest.mark.parametrize(
        ("old", "new", "where", "what"),
        [
            ('id = "marrowshire-2026"', 'id = "Marrow"', "id", "must be of small letters"),
            ('id = "marrowshire-2026"', 'id = "marrow"', "id", "must be the file's name"),
            ('base = "national-2017"', 'base = "national-2071"', "base", 'Did you mean "national-2017"?'),
            ('base = "national-2017"', 'base = "forth-valley-2023"', "base", "has a base itself"),
            ('clock = "ours"', 'clock = "out"', "rule 1, clock", '"out" is not one of ours'),
            ("working_days = 5", "working_days = 0", "clock 1, parts 1, working_days", "must be a whole number"),
            ('from = "notified_on"', 'from = "notified"', "clock 1, from", 'Did you mean "notified_on"?'),
            ('trigger = "first registration"', 'trigger = "first"', "rule 1, trigger", "is not one of"),
            (
                'source = "C", says = "Five days." }]\n[[rule',
                'says = "Five days." }]\n[[rule',
                "clock 1, basis 1, source",
                "is missing",
            ),
            ('need = "required"', 'need = "cannot be said"', "rule 1, need", "is not one of"),
            ('need = "required"', 'need = "required"\nwhen = { level = [4] }', "rule 1, when, level", "MAPPA levels"),
            ('need = "required"', 'need = "required"\nwhen = { risk = ["hgih"] }', "rule 1, when, risk", 'Did you mean "high"?'),
            (
                'need = "required"',
                'need = "required"\nwhen = { orders = ["shop"] }',
                "rule 1, when, orders",
                'Did you mean "shpo"?',
            ),
            ('need = "required"', 'need = "required"\nwhen = { }', "rule 1, when", "has no condition"),
            ('need = "required"', 'need = "required"\nwhen = { levle = [1] }', "rule 1, when, levle", "is not a field"),
        ],
    )
    def test_say_where_and_what(self, settings: Settings, old: str, new: str, where: str, what: str) -> None:
        assert old in OWN
        told = faults(settings, OWN.replace(old, new))
        assert any(f"profiles/marrowshire-2026.toml, {where}: " in fault and what in fault for fault in told), told

    def test_a_yearly_rule_says_how_often(self, settings: Settings) -> None:
        told = faults(settings, OWN.replace('trigger = "first registration"', 'trigger = "annual review"'))
        assert any("rule 1, every_months: is missing" in fault for fault in told)

    def test_a_rule_that_can_never_be_reached(self, settings: Settings) -> None:
        told = faults(settings, OWN.replace('id = "first-registration"', 'id = "another"'))
        assert any('rule first-registration: is never reached: "another"' in fault for fault in told)

    def test_a_case_without_an_answer(self, settings: Settings) -> None:
        alone = OWN.replace('base = "national-2017"\n', "")
        told = faults(settings, alone)
        assert sum("the last must have no `when`" in fault for fault in told) == len(Trigger)  # five triggers, and who leads

    def test_an_id_that_stands_twice(self, settings: Settings) -> None:
        rule = OWN[OWN.index("[[rule]]") :]
        assert any('rule: "first-registration" stands twice' in fault for fault in faults(settings, OWN + rule))

    @pytest.mark.parametrize(
        ("lines", "what"),
        [
            ("weeks = [12, 10]", "must be two whole numbers"),
            ("weeks = 10", "must be two whole numbers"),
            ("weeks = [10, 12]\ndays = 3", "Keep one of the two"),
            ("", "days: is missing"),
        ],
    )
    def test_a_reminder_without_its_days(self, settings: Settings, lines: str, what: str) -> None:
        head = '[[reminder]]\nid = "r"\nsays = "A meeting."\nfrom = "sentenced_on"\n'
        text = f'{OWN}{head}{lines}\nbasis = [{{ mark = "P", says = "Agreed." }}]\n'
        assert any("reminder 1" in fault and what in fault for fault in faults(settings, text))
