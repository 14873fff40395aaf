"""Meetings of a concern are arranged with notice, called off, and recorded as held. Only the student shortens the notice."""

from dataclasses import dataclass
from datetime import date, datetime

from services.placements.domain.escalation.codes import (
    SEEN_FROM_THE_OWNER,
    Act,
    MeetingOutcome,
    Recipient,
    StepCode,
    Template,
)
from services.placements.domain.escalation.meetings import earliest, notice_given
from services.placements.domain.escalation.recipients import Told
from services.placements.models.concern_meetings import ConcernMeeting
from services.placements.operations.cases import Actor, Case, tell
from services.placements.operations.concern_acts import keep, refuse_closed
from services.placements.operations.concern_progress import meet, to_meet_for
from services.placements.operations.optional_steps import begin_second_opinion
from services.placements.queries.concern_meetings import arranged_meeting
from shared.calendar import london_day
from shared.errors import Conflict, Fault, Invalid
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Held:
    """What is put on record of a meeting that was held."""

    held_on: date
    attended: tuple[str, ...]
    has_supporter: bool = False
    outcome: MeetingOutcome | None = None


async def arrange(
    case: Case, actor: Actor, *, meets_at: datetime, invited: tuple[Recipient, ...]
) -> ConcernMeeting:
    """Ask people to a meeting. Refused when the student would have less notice than the policy promises."""
    refuse_closed(case)
    step = await to_meet_for(case)
    if step is StepCode.PANEL:
        raise Conflict("convene_the_panel", "At this level a panel meets: convene it with its members.")
    if await arranged_meeting(case.session, case.concern.id) is not None:
        raise Conflict("meeting_arranged", "A meeting is arranged already; call it off first.")
    if meets_at <= case.now:
        raise Invalid([Fault("/meets_at", "past", "People are asked to a meeting that is ahead.")])
    first = earliest(case.now, case.rule.notice_days, case.calendar)
    if london_day(meets_at) < first:
        words = f"The student has {case.rule.notice_days} working days' notice: {first.isoformat()} at the earliest."
        raise Invalid([Fault("/meets_at", "too_little_notice", words)])
    meeting = _row(case, step)
    meeting.arranged_at, meeting.arranged_by_person_id = case.now, actor.person_id
    meeting.meets_at, meeting.invited = meets_at, [role.value for role in invited]
    case.session.add(meeting)
    facts = {"meeting_id": str(meeting.id), "meets_at": meets_at.isoformat(), "invited": meeting.invited}
    act = keep(case, actor, Act.INVITED, facts)
    told = await tell(case, (Recipient.STUDENT, *invited), Template.STEP_DUE, act.id)
    _refuse_unreached(case, invited, told)
    case.touch()
    return meeting


def _refuse_unreached(case: Case, invited: tuple[Recipient, ...], told: Told) -> None:
    """Nobody relies on an invitation that reached nobody, or that must not reach the side a report is about."""
    route = case.policy.routes.get(case.state.about)
    outside = () if route is None else {*invited} - {*route.told, *SEEN_FROM_THE_OWNER}
    unreached = ", ".join(sorted({*told.missing, *outside} & {*invited}))
    if unreached:
        words = f"Nobody can be asked as: {unreached}. Leave them out; what is reported about a side is kept from it."
        raise Invalid([Fault("/invited", "nobody_reached", words)])


async def shorten_notice(case: Case, student: Actor, meeting: ConcernMeeting, meets_at: datetime) -> None:
    """The student agrees to meet earlier than the notice that is promised to them."""
    _refuse_unless_ahead(meeting)
    if meeting.meets_at is None or not case.now < meets_at < meeting.meets_at:
        words = "Name an instant from now on that is earlier than the one arranged."
        raise Invalid([Fault("/meets_at", "not_earlier", words)])
    meeting.meets_at, meeting.shortened_at = meets_at, case.now
    facts = {"meeting_id": str(meeting.id), "meets_at": meets_at.isoformat()}
    act = keep(case, student, Act.NOTICE_SHORTENED, facts)
    await tell(case, [Recipient(role) for role in meeting.invited], Template.STEP_DUE, act.id)
    case.touch()


def bring_supporter(case: Case, student: Actor, meeting: ConcernMeeting) -> None:
    """The student says that somebody of their choice comes with them. Who it is, is theirs to say on the day."""
    _refuse_unless_ahead(meeting)
    if not meeting.has_supporter:
        keep(case, student, Act.SUPPORTER_NAMED, {"meeting_id": str(meeting.id)})
    meeting.has_supporter = True
    case.touch()


async def call_off(case: Case, actor: Actor, meeting: ConcernMeeting, reason: str) -> None:
    """The meeting is not held as arranged. What is due stays due."""
    _refuse_unless_ahead(meeting)
    meeting.called_off_at = case.now
    when = meeting.meets_at.isoformat() if meeting.meets_at else case.now.isoformat()
    act = keep(case, actor, Act.MEETING_CHANGED, {"meeting_id": str(meeting.id), "meets_at": when}, reason)
    people = (Recipient.STUDENT, *(Recipient(role) for role in meeting.invited))
    await tell(case, people, Template.STEP_DUE, act.id)
    case.touch()


async def record_held(case: Case, actor: Actor, held: Held) -> None:
    """The meeting was held, as arranged or without. The truth is put on record even where the notice was too short."""
    refuse_closed(case)
    if await to_meet_for(case) is StepCode.PANEL:
        raise Conflict("panel_decides", "A panel is recorded with what it decided and why: `panel/decision`.")
    meeting = await arranged_meeting(case.session, case.concern.id)
    if meeting is not None and (meeting.cycle, meeting.level) != (case.concern.cycle, case.concern.level):
        meeting.called_off_at = case.now  # it was for a level the concern has left
        await case.session.flush()
        meeting = None
    notice_days = case.rule.notice_days
    notice = notice_given(
        meeting.arranged_at if meeting else None,
        held.held_on,
        notice_days,
        case.calendar,
        is_shortened=bool(meeting and meeting.shortened_at),
    )
    facts: dict[str, str] = {"notice": notice} if notice_days else {}
    if held.outcome is not None:
        facts["outcome"] = held.outcome
    level = case.concern.level
    step = await meet(case, actor, held_on=held.held_on, attended=held.attended, facts=facts)
    meeting = meeting or _row(case, step)
    meeting.level, meeting.held_on, meeting.attended = level, held.held_on, list(held.attended)
    meeting.notice, meeting.has_supporter = notice.value, meeting.has_supporter or held.has_supporter
    meeting.outcome = held.outcome.value if held.outcome else None
    case.session.add(meeting)
    if held.outcome is MeetingOutcome.SECOND_OPINION_WANTED:
        await begin_second_opinion(case, actor)


def _refuse_unless_ahead(meeting: ConcernMeeting) -> None:
    if meeting.held_on is not None or meeting.called_off_at is not None:
        raise Conflict("meeting_over", "This meeting was held or called off.")


def _row(case: Case, step: StepCode) -> ConcernMeeting:
    return ConcernMeeting(
        id=new_id(),
        partnership_id=case.concern.partnership_id,
        concern_id=case.concern.id,
        cycle=case.concern.cycle,
        level=case.concern.level,
        step=step.value,
        invited=[],
        attended=[],
        notice_days=case.rule.notice_days,
        has_supporter=False,
        created_at=case.now,
    )
