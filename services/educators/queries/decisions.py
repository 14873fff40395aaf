"""Who of many may take one placement: everything read in five statements, judged by the rules."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.educators.domain.case import PlacementShape
from services.educators.domain.eligibility import Decision, decide, unknown_educator
from services.educators.domain.seats import busiest
from services.educators.queries.dossiers import dossiers
from services.educators.queries.rule_parameters import parameters_on
from services.educators.queries.seats import held_seats


async def decisions(
    connection: AsyncConnection,
    reader: Mapping[str, object],
    placement: PlacementShape,
    educator_ids: Sequence[UUID],
    *,
    partnership_id: UUID,
    today: date,
    placement_id: UUID | None = None,
) -> list[Decision]:
    """One decision for each id, in their order. `placement_id`: a placement whose own seat is not held against anybody."""
    parameters = await parameters_on(connection, partnership_id, today)
    found = await dossiers(connection, reader, educator_ids, parameters, today)
    first, last = placement.starts_on, placement.ends_on
    seats = await held_seats(connection, educator_ids, first, last, but=placement_id)

    def decided(educator_id: UUID) -> Decision:
        dossier = found.get(educator_id)
        if dossier is None or not dossier.whole:
            return unknown_educator(educator_id)
        return decide(
            dossier.educator,
            dossier.evidence,
            parameters,
            placement,
            held=busiest(seats.get(educator_id, ()), first, last),
            mentor_current=found.mentor_current(dossier.educator, first),
        )

    return [decided(educator_id) for educator_id in educator_ids]
