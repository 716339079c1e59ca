"""What leaves the store: a record's files for a recipient, on a basis that is logged as a disclosure."""

from __future__ import annotations

import streamlit as st

from era_geo.ui.record_desk import Desk


def show(desk: Desk) -> None:
    """Offer the files."""
    st.write(desk.document.id)
