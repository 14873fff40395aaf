"""Who of many may take one placement: everything read in four statements, judged by the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.educators.domain.case import PlacementShape
from services.educators.domain.eligibility import Decision, decide, unknown_educator
from services.educators.domain.seats import busiest
from services.educators.queries.dossiers import Dossiers, dossiers
from services.educators.queries.rule_parameters import InForce, in_force_on
from services.educators.queries.seats import held_seats


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision for each educator, and what they rest on."""

    decisions: list[Decision]
    dossiers: Dossiers
    in_force: InForce
    """The rule parameters in force on the first day of the placement."""


async def decisions(
    connection: AsyncConnection | AsyncSession,
    reader: Mapping[str, object],
    placement: PlacementShape,
    educator_ids: Sequence[UUID],
    *,
    partnership_id: UUID,
    today: date,
) -> Decided:
    """One decision for each id, in their order. The seat of the placement itself is not held against anybody."""
    first, last, ratifier_id = placement.starts_on, placement.ends_on, placement.ratifying_educator_id
    in_force = await in_force_on(connection, partnership_id, first)
    asked = [*educator_ids, *([ratifier_id] if ratifier_id else [])]
    found = await dossiers(
        connection,
        reader,
        asked,
        in_force.parameters,
        as_at=first,
        known_on=today,
        student_id=placement.student_id,
    )
    seats = await held_seats(connection, educator_ids, first, last, but=placement.placement_id)

    def decided(educator_id: UUID) -> Decision:
        dossier = found.get(educator_id)
        if dossier is None or not dossier.whole:
            return unknown_educator(educator_id)
        return decide(
            dossier.educator,
            dossier.evidence,
            in_force.parameters,
            placement,
            held=busiest(seats.get(educator_id, ()), first, last),
            mentor_current=found.senior(dossier.educator.mentor_educator_id),
            ratifier_current=ratifier_id != educator_id and found.senior(ratifier_id),
        )

    return Decided([decided(educator_id) for educator_id in educator_ids], found, in_force)
