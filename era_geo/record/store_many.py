"""What looks at many records at once: the draw of the case-file audit, and how many live records lie near a place."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from era_geo.accounts import Account, Agency
from era_geo.record import audit, tables
from era_geo.record.access import Action
from era_geo.record.audit import Act
from era_geo.record.concentration import Concentration, ConcentrationView, LivePoint, concentration_for, count_near
from era_geo.record.duelist import CLOSED
from era_geo.record.sample import CaseFile, Sample, draw_sample
from era_geo.record.store_core import Core, allow, reach, visible
from era_geo.record.store_list import log_list
from era_geo.record.store_rows import shared, version_row


def sample(core: Core, account: Account, quarter: str, seed: int, authorities: Iterable[str]) -> Sample:
    """Draw the case-file audit of a quarter; see `Store.sample`."""
    allow(account, Action.AUDIT_SAMPLE)
    records = tables.records
    query = sa.select(records.c.id, records.c.local_authority, records.c.level, records.c.signed_at)
    with core.database.writing() as connection:
        rows = connection.execute(visible(connection, query.where(records.c.signed_at.is_not(None)), account)).all()
        files = [CaseFile(row.id, row.local_authority, row.level, audit.local_day(row.signed_at)) for row in rows]
        drawn = draw_sample(files, quarter, seed, authorities=authorities)
        log_list(connection, core, account, f"case-file audit of {drawn.quarter},", [one.record_id for one in drawn.drawn])
    return drawn


def near(core: Core, account: Account, record_id: str, distance_m: float) -> ConcentrationView:
    """Say how many live records lie near a record's address, to whom that may be said; see `Store.near`."""
    records = tables.records
    with core.database.writing() as connection:
        # In a store that several computers share, a setting of one of them makes nobody the police.
        police = account.kind is Agency.POLICE and (account.authenticated or not shared(connection))
        row = reach(connection, account, record_id, Action.READ).row
        form = version_row(connection, record_id, row.version).form
        site = form.assessment.site

        def count() -> Concentration:
            columns = (records.c.reference, records.c.easting, records.c.northing, records.c.uncertainty_m)
            rows = connection.execute(sa.select(*columns).where(records.c.status.not_in([status.value for status in CLOSED])))
            points = [LivePoint(*found) for found in rows]
            where = (site.easting, site.northing, distance_m)
            return count_near(points, *where, uncertainty_m=site.uncertainty_m, but=row.reference)

        seen = concentration_for(Agency.POLICE if police else "", form.considered_on, count)
        act = Act.COMBINATION if police else Act.CONSULTATION
        audit.append(connection, account, core.stamp(), act, "asked how many live records lie near", record_id=record_id)
    return seen
