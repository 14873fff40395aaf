"""Reading match runs, their explanations and proposals."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.placements.domain.vocabulary import MatchRunStatus, ProposalStatus
from services.placements.models.match_runs import MatchExplanation, MatchRun
from services.placements.models.proposals import Proposal
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.queries.visibility import ORGANISATION, PARTNERSHIP, PERSON, REQUESTS, WIDE
from shared.errors import NotFound, StaleVersion
from shared.http.lists import Filtered, equal

LIVE = (ProposalStatus.DRAFT.value, ProposalStatus.PUBLISHED.value, ProposalStatus.ACCEPTED.value)
"""Statuses in which a proposal takes up a place."""

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
    MatchRun.created_at,
    MatchRun.completed_at,
    MatchRun.published_at,
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

_EXPLANATION = (
    select(MatchExplanation.request_id.label("id"), MatchExplanation.explanation)
    .join(MatchRun, MatchRun.id == MatchExplanation.run_id)
    .join(Request, Request.id == MatchExplanation.request_id)
    .where(RUNS, REQUESTS, MatchRun.id == bindparam("run_id"))
)

EXPLANATION = _EXPLANATION.where(MatchExplanation.request_id == bindparam("request_id"))
"""Why one request got what it got: for those who see the request, students once the run is published."""

EXPLANATION_LIST = Filtered(_EXPLANATION, MatchExplanation.request_id)
"""The explanations of a run that the caller sees."""


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


async def hold_round(session: AsyncSession, partnership_id: UUID, round_id: UUID) -> Round:
    """The round, locked, so that only one result of it can be published."""
    statement = select(Round).where(Round.partnership_id == partnership_id, Round.id == round_id)
    found = (await session.execute(statement.with_for_update())).scalar_one_or_none()
    if found is None:
        raise NotFound("round")
    return found


async def _held(
    session: AsyncSession, statement: Any, binds: dict[str, object], seen: int | None, what: str
) -> Any:
    found = (await session.execute(statement.with_for_update(), binds)).scalar_one_or_none()
    if found is None:
        raise NotFound(what)
    if seen is not None and found.version != seen:
        raise StaleVersion
    return found


async def under_way(connection: AsyncConnection, run_id: UUID) -> "Row[UUID, UUID] | None":
    """Partnership and round of a run that is queued or running; None when it is over."""
    wanted = [MatchRunStatus.QUEUED.value, MatchRunStatus.RUNNING.value]
    statement = select(MatchRun.partnership_id, MatchRun.round_id).where(
        MatchRun.id == run_id, MatchRun.status.in_(wanted)
    )
    return (await connection.execute(statement)).one_or_none()
