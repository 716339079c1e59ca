"""Two at work at the same time: each sees their own address, draft, table, batch and record, and nothing of the other's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from era_geo.accounts import Agency
from tests.browser_tools import Visit
from tests.ui.area import COUNCIL, POLICE, Area
from tests.ui.conftest import Server
from tests.ui.officer import Officer
from tests.ui.test_batch import begin, give, table
from tests.ui.test_records import start_record_here

if TYPE_CHECKING:
    from playwright.sync_api import WebSocket

pytestmark = pytest.mark.browser


@dataclass
class Person:
    """Somebody at work, what is theirs alone, and everything that the server sent to their window."""

    officer: Officer
    not_for: Agency
    typed: str
    street: str
    reference: str
    table: str
    given: str
    sent: bytearray = field(default_factory=bytearray, init=False)

    def __post_init__(self) -> None:
        self.officer.page.on("websocket", self._listen)

    def _listen(self, socket: "WebSocket") -> None:
        socket.on("framereceived", lambda frame: self.sent.extend(frame.encode() if isinstance(frame, str) else frame))

    @property
    def own(self) -> tuple[str, ...]:
        """What must reach this person and nobody else."""
        return self.street, self.reference, self.table, self.given

    def told_of(self, words: tuple[str, ...]) -> list[str]:
        """Those of the words that came over the wire or stand on the page."""
        sent = self.sent.replace(b"\\", b"")  # with which signs are escaped in headings
        return [word for word in words if word.encode() in sent or word in self.officer.page.content()]


def in_turn(people: tuple[Person, Person], *steps: Callable[[Person], object]) -> None:
    """Let both do each step before either does the next."""
    for step in steps:
        for person in people:
            step(person)


def arrived(area: Area, visit: Visit, sub: str, agency: str, not_for: Agency, *own: str) -> Person:
    """Let somebody in; everything they are sent is heard from their first page on."""
    person = Person(area.arrive(visit, sub, "era-officers era-analysts", agency), not_for, *own)
    person.officer.page.reload()
    person.officer.heading("1. Find the property").wait_for()
    return person


def start_own_record(person: Person) -> None:
    """Start a record in which the other's agency has no part: one that has may read it."""
    box = person.officer.page.get_by_test_id("stMultiSelect").filter(has_text="Agencies that take part")
    box.get_by_role("button", name=f"Remove {person.not_for.label}", exact=True).click()
    person.officer.rest()
    start_record_here(person.officer, person.reference)


def test_two_people_at_work_at_once_are_told_nothing_of_each_other(area: Area, visits: list[Visit], tmp_path: Path) -> None:
    one = arrived(
        area,
        visits[0],
        "21",
        POLICE,
        Agency.HOUSING,
        "63 Station Road, ZZ1 2AN",  # neither's address is that of a record which another test has left at the area's server
        "63 Station Road",
        "INV-2026-0771",
        "homes-of-one.csv",
        "1 Mill Wynd",
    )
    other = arrived(
        area,
        visits[1],
        "22",
        COUNCIL,
        Agency.POLICE,
        "34 Kirk Brae, ZZ1 4AF",
        "34 Kirk Brae",
        "INV-2026-0772",
        "homes-of-other.csv",
        "12 High Street",
    )
    both = one, other
    in_turn(
        both,
        lambda person: person.officer.field("Address, postcode").fill(person.typed),
        lambda person: person.officer.page.keyboard.press("Enter"),  # neither waits for the other
        lambda person: person.officer.heading("2. Confirm").wait_for(),
        lambda person: person.officer.confirm(),
        lambda person: person.officer.look(),
        start_own_record,
        lambda person: person.officer.go("Batch"),
        lambda person: give(person.officer, table(tmp_path / person.table, (f"{person.given}, Invermarrow",))),
        lambda person: begin(person.officer),
        lambda person: person.officer.page.get_by_text("Done: 1 row.").wait_for(timeout=120_000),
        *[lambda person, page=page: person.officer.go(page) for page in ("Records", "Data", "Help", "Assess")],
    )
    for person, stranger in (both, both[::-1]):
        assert person.told_of(person.own) == list(person.own)
        assert person.told_of(stranger.own) == []


def test_a_second_window_of_one_person_begins_with_nothing(officer: Officer, server: Server) -> None:
    officer.find("15 Mill Wynd, Milton of Marrow")
    second = Officer(officer.visit.beside(), server.url)
    second.begin()
    assert second.field("Address, postcode").input_value() == ""
    assert second.page.get_by_text("Milton of Marrow").count() == 0
    second.find("34 Kirk Brae, Milton of Marrow")
    assert officer.field("Address, postcode").input_value() == "15 Mill Wynd, Milton of Marrow"
    assert officer.page.get_by_text("Kirk Brae").count() == 0
