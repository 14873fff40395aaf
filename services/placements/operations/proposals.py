"""Answering proposals; the second acceptance makes the placement."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.named_steps import observations_asked
from services.placements.domain.proposals import (
    LOSES_THE_PLACE,
    DeclineReason,
    refuse_unless_open,
    status_after,
)
from services.placements.domain.requests import EndingReason
from services.placements.domain.vocabulary import (
    Party,
    PlacementLevel,
    PlacementStatus,
    ProposalStatus,
    RequestStatus,
)
from services.placements.messages import ProposalAccepted, ProposalClosed, ProposalDeclined
from services.placements.models.offers import Offer
from services.placements.models.placements import Placement
from services.placements.models.programmes import Programme
from services.placements.models.proposals import Proposal
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from services.placements.operations.assignments import only_tutor_of
from services.placements.operations.authors import Author
from services.placements.operations.lifecycle import propose
from services.placements.operations.offers import OFFER
from services.placements.operations.requests import REQUEST, end
from services.placements.operations.resources import overwrite
from services.placements.operations.resources import tell as tell_of
from shared.errors import Forbidden
from shared.events.outbox import Message, publish
from shared.ids import new_id

_FACTS = (
    select(
        Round.starts_on,
        Round.ends_on,
        Round.days_required,
        Request.placement_level,
        Setting.is_statutory,
        Offer.on_site_supervisor_person_id,
        Programme.supervision_minutes,
        Programme.observations_first,
        Programme.observations_final,
    )
    .select_from(Offer)
    .join(Round, Round.id == Offer.round_id)
    .join(Setting, Setting.id == Offer.setting_id)
    .join(Request, Request.id == bindparam("request_id"))
    .join(Student, Student.id == Request.student_id)
    .outerjoin(Programme, Programme.id == Student.programme_id)
    .where(Offer.id == bindparam("offer_id"))
)
"""What a placement takes over from its round, its setting, its request, its offer and its programme."""


async def accept(
    session: AsyncSession, proposal: Proposal, party: Party, author: Author, *, by: str, now: datetime
) -> None:
    """One side accepts; accepting again changes nothing. With both, the placement is put on record as proposed."""
    _refuse_unless_yours(proposal, party, author)
    if party in _accepted(proposal) and proposal.status != ProposalStatus.DECLINED:
        return
    refuse_unless_open(ProposalStatus(proposal.status))
    setattr(proposal, f"{party.value}_answered_at", now)
    proposal.status = status_after(_accepted(proposal)).value
    _touch(proposal, now)
    await session.flush()
    await _tell(session, proposal, ProposalAccepted(party=party), now)
    if proposal.status == ProposalStatus.ACCEPTED:
        placement = await _placement_of(session, proposal, now)
        await propose(session, placement, by=by, now=now)
        proposal.placement_id = placement.id
        await session.flush()


async def decline(
    session: AsyncSession,
    proposal: Proposal,
    party: Party,
    reason: DeclineReason,
    author: Author,
    *,
    now: datetime,
) -> None:
    """One side declines, with a coded reason; the student is unplaced again until the round is repaired.

    A host whose reason is about its place loses that place from the offer; a university whose student withdrew takes the
    request back with it.
    """
    _refuse_unless_yours(proposal, party, author)
    refuse_unless_open(ProposalStatus(proposal.status))
    proposal.status = ProposalStatus.DECLINED.value
    proposal.declined_by, proposal.decline_reason = party.value, reason.value
    _touch(proposal, now)
    await session.flush()
    await _tell(session, proposal, ProposalDeclined(party=party), now)
    if party is Party.HOST and reason in LOSES_THE_PLACE:
        await _lose_the_place(session, author, proposal.offer_id, now)
    if party is Party.UNIVERSITY and reason is DeclineReason.STUDENT_WITHDREW:
        await _take_back(session, author, proposal.request_id, now)


async def _lose_the_place(session: AsyncSession, author: Author, offer_id: UUID, now: datetime) -> None:
    offer = (await session.execute(select(Offer).where(Offer.id == offer_id).with_for_update())).scalar_one()
    if overwrite(offer, {"places": max(0, offer.places - 1)}, now):
        await session.flush()
        await tell_of(session, author, OFFER, [offer], now)


async def _take_back(session: AsyncSession, author: Author, request_id: UUID, now: datetime) -> None:
    statement = select(Request).where(Request.id == request_id).with_for_update()
    request = (await session.execute(statement)).scalar_one()
    if request.status == RequestStatus.OPEN:
        end(request, RequestStatus.WITHDRAWN, EndingReason.LEFT_PROGRAMME, now)
        await session.flush()
        await tell_of(session, author, REQUEST, [request], now)


async def close(session: AsyncSession, proposal: Proposal, status: ProposalStatus, now: datetime) -> None:
    """End a proposal that is held for update otherwise than by an answer; its sides hear of it if they knew of it."""
    was_public = proposal.answer_due_at is not None
    proposal.status, proposal.closed_at = status.value, now
    _touch(proposal, now)
    await session.flush()
    if was_public:
        await _tell(session, proposal, ProposalClosed(status=status), now)


def _accepted(proposal: Proposal) -> frozenset[Party]:
    answered = {Party.HOST: proposal.host_answered_at, Party.UNIVERSITY: proposal.university_answered_at}
    return frozenset(party for party, at in answered.items() if at is not None)


def _refuse_unless_yours(proposal: Proposal, party: Party, author: Author) -> None:
    side = proposal.organisation_id if party is Party.HOST else proposal.university_id
    if not author.may_write(side):
        raise Forbidden(
            "not_your_answer", f"The {party.value} itself answers, or the partnership's office for it."
        )


def _touch(proposal: Proposal, now: datetime) -> None:
    proposal.version += 1
    proposal.updated_at = now


async def _tell(session: AsyncSession, proposal: Proposal, news: Message, now: datetime) -> None:
    sides = {proposal.organisation_id, proposal.university_id}
    await publish(
        session, news, partnership_id=proposal.partnership_id, subject=proposal.id, audience=sides, now=now
    )


async def _placement_of(session: AsyncSession, proposal: Proposal, now: datetime) -> Placement:
    facts = (
        await session.execute(_FACTS, {"offer_id": proposal.offer_id, "request_id": proposal.request_id})
    ).one()
    return Placement(
        id=new_id(),
        partnership_id=proposal.partnership_id,
        round_id=proposal.round_id,
        request_id=proposal.request_id,
        offer_id=proposal.offer_id,
        proposal_id=proposal.id,
        student_id=proposal.student_id,
        university_id=proposal.university_id,
        organisation_id=proposal.organisation_id,
        setting_id=proposal.setting_id,
        educator_id=proposal.educator_id,
        tutor_person_id=await only_tutor_of(session, proposal.partnership_id, proposal.university_id),
        on_site_supervisor_person_id=facts.on_site_supervisor_person_id,
        placement_level=facts.placement_level,
        is_statutory=facts.is_statutory,
        status=PlacementStatus.PROPOSED.value,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        days_required=facts.days_required,
        supervision_minutes=facts.supervision_minutes,
        observations_required=observations_asked(
            PlacementLevel(facts.placement_level), facts.observations_first, facts.observations_final
        ),
        weekdays=[1, 2, 3, 4, 5],
        version=1,
        created_at=now,
        updated_at=now,
    )
