"""What the rules ask of one record, as its form stands: the rules of the profile that it names, on its own facts and calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from era_geo.record.calendar import load_calendar
from era_geo.record.due import Due, what_is_due
from era_geo.record.form import Form
from era_geo.record.profile import Profile
from era_geo.record.profileload import chosen_profile, load_profiles
from era_geo.record.store_facts import circumstances
from era_geo.settings import Settings


def asked(form: Form, settings: Settings, as_of: dt.date, *, profiles: Mapping[str, Profile] | None = None) -> Due:
    """Say what the rules ask of a record.

    Parameters
    ----------
    form
        The record's form, saved or not. Where it names no profile that is in force, the settings' choice is asked.
    as_of
        The day for which overdue is said.
    profiles
        The profiles in force, where they are at hand.

    Raises
    ------
    UsageError
        If the settings choose a profile that is not there.
    FaultyFiles
        If a profile's file or the calendar has faults.
    """
    known = load_profiles(settings) if profiles is None else profiles
    named = form.case.profile.partition(" ")[0]
    profile = chosen_profile(known, settings, named if named in known else None)
    return what_is_due(circumstances(form), profile, load_calendar(settings, form.case.local_authority or None), as_of)
