"""Whose currency would be another under other rule parameters: a look at the whole register, which changes nothing."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.educators.domain.codes import CurrencyStatus
from services.educators.domain.parameters import Parameters
from services.educators.models.educators import Educator
from services.educators.queries.dossiers import dossiers
from services.educators.queries.visibility import EDUCATORS, everything_of
from shared.http.paging import START

AT_ONCE = 2000
"""Educators read in one go: memory stays small however large the register is."""

_SOME = (
    select(Educator.id, Educator.organisation_id)
    .where(EDUCATORS, Educator.id > bindparam("p_after"))
    .order_by(Educator.id)
    .limit(bindparam("p_limit", type_=Integer()))
)


class StatusChange(NamedTuple):
    """One educator whose status would be another."""

    educator_id: UUID
    organisation_id: UUID
    before: CurrencyStatus
    after: CurrencyStatus


@dataclass
class Preview:
    """What other parameters would change: how many educators were looked at, how many would go from what to what, and who."""

    educators: int = 0
    counts: Counter[tuple[CurrencyStatus, CurrencyStatus]] = field(default_factory=Counter)
    changes: list[StatusChange] = field(default_factory=list)


async def status_changes(
    connection: AsyncConnection,
    partnership_id: UUID,
    parameters: tuple[Parameters, Parameters],
    *,
    as_at: date,
    known_on: date,
) -> Preview:
    """Every educator of the partnership judged on one day with the parameters before and after."""
    before, after = parameters
    preview, last = Preview(), START
    everything = everything_of(partnership_id)
    while True:
        binds = {**everything, "p_after": last, "p_limit": AT_ONCE}
        some = (await connection.execute(_SOME, binds)).all()
        ids = [row.id for row in some]
        known = await dossiers(connection, everything, ids, before, as_at=as_at, known_on=known_on)
        other = known.under(after)
        for row in some:
            now, then = known.currency_of(row.id).status, other.currency_of(row.id).status
            if now is not then:
                preview.counts[now, then] += 1
                preview.changes.append(StatusChange(row.id, row.organisation_id, now, then))
        preview.educators += len(some)
        if len(some) < AT_ONCE:
            return preview
        last = ids[-1]
