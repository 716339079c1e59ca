"""Whether a yearly review was skipped: what is signed then says why, as the rules ask."""

from __future__ import annotations

from era_geo.errors import EraGeoError
from era_geo.record.calendar import load_calendar
from era_geo.record.due import REPEATED, what_is_due
from era_geo.record.form import Form
from era_geo.record.profileload import load_profile
from era_geo.record.store_facts import circumstances
from era_geo.record.terms import Trigger
from era_geo.settings import Settings


def lacks_reason(form: Form, settings: Settings) -> bool:
    """Whether the record's own rule profile asks why a yearly review was not done in time, and the form does not say.

    It asks where the record is that review, or names a renewal date, and was decided after the day by which the review was due. Of
    a profile that is not here, or whose answer hangs on facts that the form lacks, nothing is asked.
    """
    decided, trigger = form.decision.decided_on, form.case.trigger
    if decided is None or not (trigger is Trigger.ANNUAL_REVIEW or form.case.renewal_on):
        return False
    try:
        profile = load_profile(settings, form.case.profile.strip().partition(" ")[0])
        calendar = load_calendar(settings, form.case.local_authority or None)
    except EraGeoError:
        return False
    due = what_is_due(circumstances(form), profile, calendar, decided, trigger=Trigger.ANNUAL_REVIEW)
    return due.asks_for_reason and due.need in REPEATED
