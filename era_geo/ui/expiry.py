"""What the app keeps for a while only: drafts, batches, regions being built and audit forms, whosever they are, go when due."""

from __future__ import annotations

import streamlit as st

from era_geo.settings import Settings
from era_geo.ui import shared
from era_geo.ui.batch_jobs import BatchJobs
from era_geo.ui.drafts import DraftStore
from era_geo.ui.jobs import sweep
from era_geo.ui.region_jobs import RegionJobs

AUDITS = "audits"
_DONE = "expired"


def once() -> None:
    """Remove what is due, once a session."""
    if not st.session_state.get(_DONE):
        st.session_state[_DONE] = True
        remove_due(shared.settings())


def remove_due(settings: Settings) -> None:
    """Remove everything whose time is up."""
    DraftStore(settings.home / "drafts", settings.draft_days).expire()
    DraftStore(settings.home / AUDITS, settings.audit_days).expire()
    for kind in (BatchJobs.kind, RegionJobs.kind):
        sweep(settings.home / kind, settings.batch_days)
