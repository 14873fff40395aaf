"""Reading match runs and proposals."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.proposals import LIVE
from services.placements.domain.vocabulary import MatchRunStatus, PlacementStatus
from services.placements.models.match_runs import MatchRun
from services.placements.models.placements import Placement
from services.placements.models.proposals import Proposal
from services.placements.models.rounds import Round
from services.placements.queries.visibility import ORGANISATION, PARTNERSHIP, PERSON, WIDE
from shared.errors import InvalidState, NotFound, StaleVersion
from shared.http.lists import Filtered, equal

RUNS = and_(MatchRun.partnership_id == PARTNERSHIP, or_(WIDE, MatchRun.published_at.is_not(None)))
"""A run is for the partnership's office; once published, everybody in the partnership sees that it was."""

PROPOSALS = and_(
    Proposal.partnership_id == PARTNERSHIP,
    or_(
        WIDE,
        and_(
            Proposal.answer_due_at.is_not(None),
            or_(
                Proposal.university_id == ORGANISATION,
                Proposal.organisation_id == ORGANISATION,
                Proposal.student_id == PERSON,
                Proposal.educator_id == PERSON,
            ),
        ),
    ),
)
"""A proposal is for its university, host, student and educator once they were asked; a draft for the office alone."""

STANDING = and_(
    Proposal.status.in_(LIVE),
    ~exists().where(
        Placement.id == Proposal.placement_id, Placement.status == PlacementStatus.CANCELLED.value
    ),
)
"""A proposal that still gives its student a place: not declined, not replaced, and its placement not cancelled."""

_RUN = select(
    MatchRun.id,
    MatchRun.round_id,
    MatchRun.status,
    MatchRun.progress,
    MatchRun.input_hash,
    MatchRun.outcome,
    MatchRun.aims,
    MatchRun.versions,
    MatchRun.failure,
    MatchRun.educators_as_of,
    MatchRun.created_at,
    MatchRun.completed_at,
    MatchRun.published_at,
    MatchRun.base_run_id,
    MatchRun.scenario,
    MatchRun.version,
).where(RUNS)

RUN = _RUN.where(MatchRun.id == bindparam("id"))
"""One run the caller sees."""

RUN_LIST = Filtered(_RUN, MatchRun.id, **equal(MatchRun.round_id))
"""The runs the caller sees."""

_UNSEEN = frozenset({"partnership_id", "created_at", "reminded_at"})
_PROPOSAL = select(*(column for column in Proposal.__table__.c if column.key not in _UNSEEN)).where(PROPOSALS)

PROPOSAL = _PROPOSAL.where(Proposal.id == bindparam("id"))
"""One proposal the caller sees."""

PROPOSAL_LIST = Filtered(
    _PROPOSAL,
    Proposal.id,
    answer_due_before=Proposal.answer_due_at
    < bindparam("answer_due_before", type_=Proposal.answer_due_at.type),
    **equal(
        Proposal.run_id,
        Proposal.round_id,
        Proposal.status,
        Proposal.organisation_id,
        Proposal.university_id,
        Proposal.student_id,
    ),
)
"""The proposals the caller sees."""


async def hold_run(
    session: AsyncSession, binds: dict[str, object], run_id: UUID, *, seen: int | None
) -> MatchRun:
    """The run, locked, if the caller sees it at the version they saw."""
    statement = select(MatchRun).where(RUNS, MatchRun.id == bindparam("id"))
    return cast("MatchRun", await _held(session, statement, {**binds, "id": run_id}, seen, "match run"))


async def hold_proposal(
    session: AsyncSession, binds: dict[str, object], proposal_id: UUID, *, seen: int | None
) -> Proposal:
    """The proposal, locked, if the caller sees it at the version they saw."""
    statement = select(Proposal).where(PROPOSALS, Proposal.id == bindparam("id"))
    return cast("Proposal", await _held(session, statement, {**binds, "id": proposal_id}, seen, "proposal"))


async def hold_round_of_proposal(session: AsyncSession, partnership_id: UUID, proposal_id: UUID) -> None:
    """Lock the round of a proposal: answers, withdrawals, swaps and repairs of one round take their turns."""
    statement = (
        select(Round.id)
        .join(Proposal, Proposal.round_id == Round.id)
        .where(Proposal.partnership_id == partnership_id, Proposal.id == proposal_id)
        .with_for_update(of=Round)
    )
    await session.execute(statement)


async def hold_live_proposals(
    session: AsyncSession, partnership_id: UUID, which: ColumnElement[bool]
) -> Sequence[Proposal]:
    """Those proposals that are neither declined nor replaced, locked, in the order of their ids."""
    statement = (
        select(Proposal)
        .where(Proposal.partnership_id == partnership_id, which, Proposal.status.in_(LIVE))
        .order_by(Proposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(statement)).scalars().all()


async def hold_standing(session: AsyncSession, partnership_id: UUID, run_id: UUID) -> Sequence["Row[Any]"]:
    """Id, request, offer and status of every live proposal of a run, locked: thousands of which few are changed."""
    statement = (
        select(Proposal.id, Proposal.request_id, Proposal.offer_id, Proposal.status)
        .where(
            Proposal.partnership_id == partnership_id, Proposal.run_id == run_id, Proposal.status.in_(LIVE)
        )
        .order_by(Proposal.id)
        .with_for_update()
    )
    found: Any = (await session.execute(statement)).all()
    return list(found)


async def hold_round(session: AsyncSession, partnership_id: UUID, round_id: UUID) -> Round:
    """The round, locked, so that only one result of it can be published."""
    statement = select(Round).where(Round.partnership_id == partnership_id, Round.id == round_id)
    found = (await session.execute(statement.with_for_update())).scalar_one_or_none()
    if found is None:
        raise NotFound("round")
    return found


async def round_of_run(session: AsyncSession, partnership_id: UUID, run_id: UUID) -> UUID:
    """Which round a run is of."""
    statement = select(MatchRun.round_id).where(
        MatchRun.partnership_id == partnership_id, MatchRun.id == run_id
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise NotFound("match run")
    return found


async def standing_result(
    connection: AsyncConnection, partnership_id: UUID, run_id: UUID
) -> tuple[str, Sequence[Any]]:
    """The frozen inputs of a completed run, and its live proposals. Refused while there is no result."""
    runs = select(MatchRun.inputs, MatchRun.status).where(
        MatchRun.partnership_id == partnership_id, MatchRun.id == run_id
    )
    run = (await connection.execute(runs)).one_or_none()
    if run is None:
        raise NotFound("match run")
    if run.status != MatchRunStatus.COMPLETED or run.inputs is None:
        raise InvalidState("match run", run.status, [])
    proposals = select(Proposal.request_id, Proposal.offer_id, Proposal.status).where(
        Proposal.partnership_id == partnership_id, Proposal.run_id == run_id, Proposal.status.in_(LIVE)
    )
    return run.inputs, (await connection.execute(proposals)).all()


async def _held(
    session: AsyncSession, statement: Any, binds: dict[str, object], seen: int | None, what: str
) -> Any:
    found = (await session.execute(statement.with_for_update(), binds)).scalar_one_or_none()
    if found is None:
        raise NotFound(what)
    if seen is not None and found.version != seen:
        raise StaleVersion
    return found


async def under_way(connection: AsyncConnection, run_id: UUID) -> "Row[Any] | None":
    """Partnership and round of a run that is queued or running, and the inputs of a scenario; None when it is over."""
    wanted = [MatchRunStatus.QUEUED.value, MatchRunStatus.RUNNING.value]
    of_scenario = case((MatchRun.scenario.is_not(None), MatchRun.inputs))
    statement = select(MatchRun.partnership_id, MatchRun.round_id, of_scenario.label("inputs")).where(
        MatchRun.id == run_id, MatchRun.status.in_(wanted)
    )
    return (await connection.execute(statement)).one_or_none()
