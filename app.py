"""The app's entry: its pages, and nothing more. `era-geo app` serves it."""

import streamlit as st

from era_geo.ui import assess_page, data_page, frame, help_page

page = st.navigation(
    [
        st.Page(assess_page.show, title="Assess", url_path="assess", default=True),
        st.Page(data_page.show, title="Data", url_path="data"),
        st.Page(help_page.show, title="Help", url_path="help"),
    ]
)
frame.show(page)
