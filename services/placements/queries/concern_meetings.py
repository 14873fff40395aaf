"""Reading the meetings, panels, plans and statements of a concern."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Uuid, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.escalation.codes import Recipient, Seat, StepCode, Template
from services.placements.models.action_plans import ActionPlan, Statement
from services.placements.models.concern_meetings import ConcernMeeting, ConcernPanel
from services.placements.models.concerns import Concern, ConcernAct, ConcernStep
from services.placements.models.notifications import Notification
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.models.signals import Signal
from services.placements.queries.concerns import CONCERNS
from shared.errors import NotFound
from shared.http.reading import Statement as Reading
from shared.http.reading import listing

_CONCERN_ID = bindparam("concern_id", type_=Uuid())


def _of_a_concern(
    row: type[ConcernMeeting | ConcernPanel | ActionPlan | Statement], *columns: Any
) -> Reading:
    statement = (
        select(*columns)
        .select_from(row)
        .join(Concern, Concern.id == row.concern_id)
        .join(Placement, Placement.id == Concern.placement_id)
        .where(CONCERNS, row.concern_id == _CONCERN_ID)
    )
    return listing(statement, row.id)


MEETINGS = _of_a_concern(
    ConcernMeeting,
    ConcernMeeting.id,
    ConcernMeeting.level,
    ConcernMeeting.step,
    ConcernMeeting.arranged_at,
    ConcernMeeting.meets_at,
    ConcernMeeting.invited,
    ConcernMeeting.notice_days,
    ConcernMeeting.shortened_at,
    ConcernMeeting.has_supporter,
    ConcernMeeting.called_off_at,
    ConcernMeeting.held_on,
    ConcernMeeting.attended,
    ConcernMeeting.notice,
    ConcernMeeting.outcome,
)
"""The meetings of one concern, in the order they were arranged or recorded."""

STATEMENTS = _of_a_concern(Statement, Statement.id, Statement.level, Statement.words, Statement.made_at)
"""What the student said about one concern, in order."""

PLANS = _of_a_concern(
    ActionPlan,
    ActionPlan.id,
    ActionPlan.level,
    ActionPlan.agreed_at,
    ActionPlan.goals,
    ActionPlan.reviews,
    ActionPlan.conclusion,
)
"""The action plans of one concern, one a level at most in each cycle."""


def _done(step: StepCode) -> ScalarSelect[datetime | None]:
    return (
        select(func.max(ConcernStep.done_at))
        .where(
            ConcernStep.concern_id == ConcernPanel.concern_id,
            ConcernStep.cycle == ConcernPanel.cycle,
            ConcernStep.step == step.value,
            ConcernStep.ending == "done",
        )
        .correlate(ConcernPanel)
        .scalar_subquery()
    )


PANELS = _of_a_concern(
    ConcernPanel,
    ConcernPanel.id,
    ConcernPanel.convened_at,
    ConcernPanel.meets_at,
    ConcernPanel.papers_due_at,
    _done(StepCode.PAPERS).label("papers_sent_at"),
    ConcernPanel.members,
    ConcernPanel.replaced_at,
    ConcernPanel.held_on,
    ConcernPanel.decision,
    ConcernPanel.reasons,
    ConcernPanel.days_credited,
    ConcernPanel.minimum_days,
    ConcernPanel.appeal_until_on,
    _done(StepCode.LETTER).label("letter_sent_at"),
    ConcernPanel.appealed_at,
    ConcernPanel.grounds,
)
"""The placement panels of one concern; the last one that is not replaced counts."""


async def arranged_meeting(session: AsyncSession, concern_id: UUID) -> ConcernMeeting | None:
    """The meeting of a held concern that is arranged and still ahead."""
    statement = select(ConcernMeeting).where(
        ConcernMeeting.concern_id == concern_id,
        ConcernMeeting.held_on.is_(None),
        ConcernMeeting.called_off_at.is_(None),
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def meeting_of(session: AsyncSession, concern_id: UUID, meeting_id: UUID) -> ConcernMeeting:
    """One meeting of a held concern; refused when it has no such meeting."""
    statement = select(ConcernMeeting).where(
        ConcernMeeting.concern_id == concern_id, ConcernMeeting.id == meeting_id
    )
    meeting = (await session.execute(statement)).scalar_one_or_none()
    if meeting is None:
        raise NotFound("meeting")
    return meeting


async def plan_at_level(session: AsyncSession, concern: Concern) -> ActionPlan | None:
    """The action plan of the present level of a held concern."""
    statement = select(ActionPlan).where(
        ActionPlan.concern_id == concern.id,
        ActionPlan.cycle == concern.cycle,
        ActionPlan.level == concern.level,
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def panel_of(session: AsyncSession, concern: Concern) -> ConcernPanel | None:
    """The panel of a held concern that counts: the one convened last and not replaced."""
    statement = (
        select(ConcernPanel)
        .where(ConcernPanel.concern_id == concern.id, ConcernPanel.replaced_at.is_(None))
        .order_by(ConcernPanel.id.desc())
        .limit(1)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def sits_in_the_chair(session: AsyncSession, concern: Concern, person_id: UUID) -> bool:
    """Whether a person, as tokens or records name them, chairs the concern's panel that counts."""
    panel = await panel_of(session, concern)
    if panel is None:
        return False
    (chair,) = [UUID(each["person_id"]) for each in panel.members if each["seat"] == Seat.CHAIR]
    known = await members_among(session, concern.partnership_id, [chair])
    return person_id == chair or (chair in known and person_id == known[chair][1])


async def with_a_part_in(session: AsyncSession, concern: Concern, placement: Placement) -> set[UUID]:
    """Everybody who has or had a part in a case, as tokens or records name them: not fit to sit on its panel.

    Those who teach, supervise or tutor, who raised something, who acted, and who were told, but for the panel itself, which
    is told in the chair's role.
    """
    acted = select(ConcernAct.by_person_id).where(
        ConcernAct.concern_id == concern.id,
        or_(ConcernAct.by_role.is_(None), ConcernAct.by_role != Recipient.PANEL_CHAIR.value),
    )
    raised = select(Signal.raised_by_person_id).where(
        Signal.concern_id == concern.id, Signal.raised_by_person_id.is_not(None)
    )
    told = select(Notification.person_ref).where(
        Notification.concern_id == concern.id,
        Notification.role != Recipient.PANEL_CHAIR.value,
        Notification.template != Template.CONCERN_CLOSED.value,
    )
    around = {
        placement.educator_id,
        placement.tutor_person_id,
        placement.on_site_supervisor_person_id,
        placement.student_id,
    }
    found = (await session.execute(acted.union(raised, told))).scalars()
    return {each for each in (*around, *found) if each is not None}


async def members_among(
    session: AsyncSession, partnership_id: UUID, person_ids: list[UUID]
) -> dict[UUID, tuple[UUID | None, UUID | None]]:
    """Of each person of the partnership among the ids: their organisation, and the educator they are."""
    statement = select(Person.id, Person.organisation_id, Person.educator_id).where(
        Person.partnership_id == partnership_id, Person.id.in_(person_ids)
    )
    return {row.id: (row.organisation_id, row.educator_id) for row in await session.execute(statement)}
