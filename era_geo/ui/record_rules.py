"""What the rule profile asks of the record at hand: when it is due, who leads, and what each answer rests on."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from era_geo.errors import EraGeoError
from era_geo.outputs import words
from era_geo.outputs.document import Table
from era_geo.outputs.escape import line, markdown
from era_geo.record.asked import asked
from era_geo.ui import shared
from era_geo.ui.blocks import table
from era_geo.ui.markup import element
from era_geo.ui.record_desk import Desk


def show(desk: Desk) -> None:
    """Show the rules' answer to the facts of the case as they stand on the screen, saved or not."""
    with st.expander("What the rules ask of this case", expanded=True):
        try:
            today = dt.datetime.now(tz=dt.UTC).astimezone().date()
            told = asked(desk.form, shared.settings(), today, profiles=shared.profiles())
        except EraGeoError as error:
            st.error(markdown(str(error)), icon=":material/error:")
            return
        st.html(element("p", f"By {line(told.profile)}, {line(told.calendar)}.", class_="eg-small"))
        st.html(element("ul", *[element("li", line(sentence)) for sentence in told.sentences]))
        if len(told.parts) > 1:
            rows = tuple((line(one.who), str(one.working_days), words.day(one.due_on)) for one in told.parts)
            st.html(table(Table("Who has how long", ("Who", "Clear working days", "Until"), rows, ())))
        basis = dict.fromkeys(str(one) for one in (*told.basis, *told.lead_basis))
        if basis:
            st.html(element("p", f"This rests on: {line('; '.join(basis))}.", class_="eg-small"))
