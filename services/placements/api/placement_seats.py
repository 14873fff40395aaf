"""The educator's seat of a placement, held and given back over HTTP while no transaction is open."""

from datetime import date
from uuid import UUID

from services.placements.clients.educators import PlacementShape
from services.placements.domain.vocabulary import PlacementStatus
from services.placements.models.placements import Placement
from services.placements.queries.placements import status_of
from services.placements.wiring import Wiring
from shared.errors import Conflict


async def hold_seat(wired: Wiring, placement: Placement, educator_id: UUID | None, starts_on: date) -> None:
    """Ask whether the educator may take the placement from a day on, and hold their seat; one held before moves to them.

    Refused when the educator is missing, not eligible (with each rule), or full.
    """
    if educator_id is None:
        raise Conflict("educator_missing", "The placement has no practice educator yet.")
    shape = PlacementShape(
        placement_level=placement.placement_level,
        starts_on=starts_on,
        ends_on=placement.ends_on,
        student_id=placement.student_id,
        placement_id=placement.id,
        on_site_supervisor_named=True if placement.on_site_supervisor_person_id else None,
    )
    tenant = placement.partnership_id
    decided = (await wired.educators.eligibility(tenant, shape, [educator_id])).get(educator_id)
    blocks = decided.blocks if decided else ()
    if decided is None or (not decided.is_eligible and any(b.code != "capacity" for b in blocks)):
        rules = [{"code": b.code, "detail": b.detail, "fix": b.fix} for b in blocks]
        words = " ".join(b.detail for b in blocks) or "The educators service does not know this educator."
        raise Conflict("educator_not_eligible", words, rules=rules)
    await wired.educators.hold_seat(tenant, placement.id, educator_id, starts_on, placement.ends_on)


async def give_the_seat_back(wired: Wiring, placement: Placement, *, for_good: bool) -> None:
    """Free the seat, unless another confirmation of the placement may be under way: then it is the seat of that one."""
    async with wired.db.read() as connection:
        status = await status_of(connection, placement.id)
    if status in (None, PlacementStatus.CANCELLED) or (for_good and status == PlacementStatus.PROPOSED):
        await wired.educators.release_seat(placement.partnership_id, placement.id)


async def let_the_seat_stay(wired: Wiring, placement: Placement, starts_on: date) -> None:
    """The change of educator did not come about: the seat is that of the educator the placement has now."""
    async with wired.db.begin() as session:
        current = await session.get(Placement, placement.id)
        educator_id = current.educator_id if current else None
    if educator_id is not None:
        tenant = placement.partnership_id
        await wired.educators.hold_seat(tenant, placement.id, educator_id, starts_on, placement.ends_on)
