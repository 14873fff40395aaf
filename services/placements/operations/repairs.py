"""Repairs: asked for, computed beside the round, and confirmed by a person, who has seen who moves."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.matching.codes import RepairWay
from services.placements.domain.vocabulary import RepairStatus
from services.placements.messages import RepairCompleted, RepairConfirmed
from services.placements.models.proposals import Proposal
from services.placements.models.repairs import Repair
from services.placements.models.rounds import Round
from services.placements.operations.placing import asked, draft_of, give_up
from services.placements.queries.match_inputs import RoundFacts, published_facts
from services.placements.queries.match_runs import hold_live_proposals, hold_standing
from shared.errors import Conflict, InvalidState
from shared.events.outbox import publish
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What a repair was computed from: the state of the round, and the age of last known answers about educators if used."""

    baseline: str
    educators_as_of: datetime | None


async def request(
    session: AsyncSession, of_round: Round, way: RepairWay | None, *, by: str, now: datetime
) -> Repair:
    """Ask how a published round could be mended; refused while nothing of it is published."""
    if of_round.published_run_id is None:
        raise Conflict(
            "round_not_published", "Nothing of this round is published; start a match run instead."
        )
    repair = Repair(
        id=new_id(),
        partnership_id=of_round.partnership_id,
        round_id=of_round.id,
        run_id=of_round.published_run_id,
        status=RepairStatus.QUEUED.value,
        way=way.value if way else None,
        lost=[],
        ways=[],
        assignments={},
        requested_by=by,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(repair)
    await session.flush()
    return repair


async def fail(session: AsyncSession, repair_id: UUID, code: str, now: datetime) -> None:
    """End the computation without a result; the round is as it was, and a repair can be asked for again."""
    await _end(session, repair_id, {"status": RepairStatus.FAILED.value, "failure": code}, now)


async def finish(  # noqa: PLR0917 - what a computed repair is
    session: AsyncSession,
    repair_id: UUID,
    rests_on: RestsOn,
    lost: Sequence[Mapping[str, Any]],
    ways: Sequence[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Store what each way would do, with what it was computed from."""
    status = RepairStatus.COMPLETED.value
    values = {
        "status": status,
        "baseline": rests_on.baseline,
        "educators_as_of": rests_on.educators_as_of,
        "lost": list(lost),
        "ways": [{name: value for name, value in way.items() if name != "assignments"} for way in ways],
        "assignments": {way["way"]: way["assignments"] for way in ways},
    }
    row = await _end(session, repair_id, values, now)
    if row is not None:
        await publish(
            session, RepairCompleted(round_id=row[1]), partnership_id=row[0], subject=repair_id, now=now
        )


async def confirm(
    session: AsyncSession, repair: Repair, of_round: Round, way: RepairWay, *, by: str, now: datetime
) -> None:
    """Make one way true: who moves is asked anew, everybody else stays as they are.

    Repair and round are held for update. Refused as `repair_stale` when anything has changed since it was computed.
    """
    if repair.status != RepairStatus.COMPLETED:
        raise InvalidState("repair", repair.status, [])
    # Locked before they are compared: an answer that came first makes the repair stale, one that comes later waits.
    await hold_standing(session, repair.partnership_id, repair.run_id)
    facts = await published_facts(await session.connection(), repair.partnership_id, repair.round_id)
    if await asyncio.to_thread(lambda: facts.baseline) != repair.baseline:
        raise Conflict("repair_stale", "The round has changed since this was computed. Ask for a new repair.")
    chosen = next(each for each in repair.ways if each["way"] == way)
    targets = {each["request_id"]: each for each in repair.assignments[way]}
    moving = Proposal.request_id.in_([UUID(move["request_id"]) for move in chosen["moves"]])
    held = await hold_live_proposals(
        session, repair.partnership_id, and_(Proposal.run_id == repair.run_id, moving)
    )
    live, touched = {str(each.request_id): each for each in held}, set[UUID]()
    for move in chosen["moves"]:
        if before := live.get(move["request_id"]):
            touched |= {before.organisation_id, before.university_id}
            await give_up(session, before, by=by, now=now)
    wanted = [targets[move["request_id"]] for move in chosen["moves"] if move["to_offer_id"]]
    drafts = _asked(repair, facts, wanted, now)
    if drafts:
        await session.execute(insert(Proposal), drafts)
    touched |= {draft[side] for draft in drafts for side in ("organisation_id", "university_id")}
    repair.status, repair.confirmed_way = RepairStatus.CONFIRMED.value, way.value
    repair.confirmed_by, repair.confirmed_at, repair.updated_at = by, now, now
    repair.version += 1
    of_round.version += 1
    of_round.updated_at = now
    await session.flush()
    news = RepairConfirmed(round_id=of_round.id, way=way, moved=len(chosen["moves"]))
    await publish(
        session, news, partnership_id=repair.partnership_id, subject=repair.id, audience=touched, now=now
    )


def _asked(
    repair: Repair, facts: RoundFacts, wanted: Sequence[Mapping[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    requests, offers = {str(r.id): r for r in facts.requests}, {str(o.id): o for o in facts.offers}
    of = (repair.partnership_id, repair.run_id, repair.round_id)
    drafts = (draft_of(*of, requests[w["request_id"]], offers[w["offer_id"]], w, now) for w in wanted)
    return [{**asked(draft, now), "repair_id": repair.id} for draft in drafts]


async def _end(
    session: AsyncSession, repair_id: UUID, values: Mapping[str, Any], now: datetime
) -> tuple[UUID, UUID] | None:
    """Partnership and round of a repair that was still to be computed and now is not."""
    statement = (
        update(Repair)
        .where(Repair.id == repair_id, Repair.status == RepairStatus.QUEUED.value)
        .values(version=Repair.version + 1, updated_at=now, completed_at=now, **values)
        .returning(Repair.partnership_id, Repair.round_id)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else (row[0], row[1])
