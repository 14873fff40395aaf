"""Placement panels: convened with members who had no part in the case, decided with reasons, open to the student's appeal."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from uuid import UUID

from services.placements.domain.escalation.codes import (
    Act,
    PanelDecision,
    PlacementSide,
    Recipient,
    Seat,
    StepCode,
    Template,
)
from services.placements.domain.escalation.meetings import PAPERS_BEFORE, earliest
from services.placements.domain.escalation.recipients import Somebody, side_of
from services.placements.models.concern_meetings import ConcernPanel
from services.placements.operations.cases import Actor, Case, sides_of, tell
from services.placements.operations.concern_acts import keep, refuse_closed
from services.placements.operations.concern_progress import meet, not_now, to_meet_for
from services.placements.operations.searches import begin_search
from services.placements.queries.concern_meetings import members_among, panel_of, with_a_part_in
from services.placements.queries.concerns import undone_steps
from services.placements.queries.rosters import known_people
from shared.calendar import CLOSE_OF_DAY, LONDON, london_day
from shared.errors import Conflict, Fault, Invalid
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who sits on the panel, and for whom."""

    person_id: UUID
    seat: Seat


@dataclass(frozen=True, slots=True)
class Decided:
    """What a panel decided, and why."""

    held_on: date
    decision: PanelDecision
    reasons: str
    days_credited: float
    minimum_days: int | None
    appeal_until_on: date


async def convene(case: Case, actor: Actor, *, meets_at: datetime, members: Sequence[Member]) -> ConcernPanel:
    """Convene the panel, or convene it anew: its papers are due five working days before it meets."""
    refuse_closed(case)
    if await to_meet_for(case) is not StepCode.PANEL:
        raise await not_now(case)
    first = earliest(case.now, PAPERS_BEFORE, case.calendar)
    faults = await _unfit(case, members)
    if london_day(meets_at) < first:
        words = f"Papers are sent {PAPERS_BEFORE} working days before: {first.isoformat()} at the earliest."
        faults.append(Fault("/meets_at", "too_soon", words))
    if faults:
        raise Invalid(faults)
    panel = await _in_place_of_the_earlier(case, actor, meets_at, members)
    for step in await undone_steps(case.session, case.concern):
        if step.step == StepCode.PAPERS and step.fired_at is None:
            step.due_at = min(step.due_at, panel.papers_due_at)
    facts = {"panel_id": str(panel.id), "meets_at": meets_at.isoformat()}
    act = keep(case, actor, Act.PANEL_CONVENED, facts)
    sitting = await _as_panel(case, members)
    await tell(case, (Recipient.STUDENT, Recipient.PANEL_CHAIR), Template.STEP_DUE, act.id, also=sitting)
    case.touch()
    return panel


async def _as_panel(case: Case, members: Sequence[Member]) -> list[Somebody]:
    """Its members as people who are told, and therefore see the case: in the chair's role, whatever else they are."""
    ids = [each.person_id for each in members]
    known = await known_people(case.session, case.concern.partnership_id, ids)
    return [replace(each, role=Recipient.PANEL_CHAIR) for each in known]


async def _in_place_of_the_earlier(
    case: Case, actor: Actor, meets_at: datetime, members: Sequence[Member]
) -> ConcernPanel:
    earlier = await panel_of(case.session, case.concern)
    if earlier is not None and earlier.held_on is None:
        earlier.replaced_at = case.now
        await case.session.flush()
    papers_on = case.calendar.subtract_working_days(london_day(meets_at), PAPERS_BEFORE)
    panel = ConcernPanel(
        id=new_id(),
        partnership_id=case.concern.partnership_id,
        concern_id=case.concern.id,
        cycle=case.concern.cycle,
        convened_at=case.now,
        convened_by_person_id=actor.person_id,
        meets_at=meets_at,
        papers_due_at=datetime.combine(papers_on, CLOSE_OF_DAY, LONDON),
        members=[{"person_id": str(each.person_id), "seat": each.seat.value} for each in members],
    )
    case.session.add(panel)
    return panel


async def _unfit(case: Case, members: Sequence[Member]) -> list[Fault]:
    faults: list[Fault] = []
    if [each.seat for each in members].count(Seat.CHAIR) != 1:
        faults.append(Fault("/members", "one_chair", "A panel has exactly one chair."))
    if len({each.person_id for each in members}) < len(members):
        faults.append(Fault("/members", "repeated", "Nobody sits twice on a panel."))
    known = await members_among(
        case.session, case.concern.partnership_id, [each.person_id for each in members]
    )
    involved = await with_a_part_in(case.session, case.concern, case.placement)
    sides = sides_of(case.placement)
    side = side_of(case.concern.route)
    for at, member in enumerate(members):
        pointer = f"/members/{at}/person_id"
        found = known.get(member.person_id)
        if found is None:
            faults.append(Fault(pointer, "unknown_reference", "There is no such person in this partnership."))
        elif involved & {member.person_id, found[1]}:
            faults.append(Fault(pointer, "part_in_the_case", "This person has or had a part in the case."))
        elif member.seat is Seat.CHAIR and found[0] in sides[PlacementSide.HOST]:
            faults.append(Fault(pointer, "of_the_setting", "The chair comes from outside the setting."))
        elif side is not None and found[0] in sides[side]:
            faults.append(Fault(pointer, "of_the_side", "This person belongs to the side that it is about."))
    return faults


async def conclude(case: Case, actor: Actor, decided: Decided) -> None:
    """The panel met and decided, with reasons. Its letter is then due; a decision for a new placement begins the search."""
    refuse_closed(case)
    panel = await panel_of(case.session, case.concern)
    if panel is None or panel.held_on is not None:
        raise Conflict("no_panel", "No panel is convened that has not decided.")
    _refuse_what_cannot_be(case, decided)
    facts = {
        "panel_id": str(panel.id),
        "decision": decided.decision.value,
        "days_credited": decided.days_credited,
        "appeal_until_on": decided.appeal_until_on.isoformat(),
    }
    roles = (Recipient.STUDENT.value, Recipient.PANEL_CHAIR.value)
    await meet(case, actor, held_on=decided.held_on, attended=roles, facts=facts)
    panel.held_on, panel.decision, panel.reasons = decided.held_on, decided.decision.value, decided.reasons
    panel.days_credited, panel.minimum_days = decided.days_credited, decided.minimum_days
    panel.appeal_until_on = decided.appeal_until_on
    if decided.decision is PanelDecision.NEW_PLACEMENT:
        await begin_search(case.session, case.placement, calendar=case.calendar, now=case.now)


def _refuse_what_cannot_be(case: Case, decided: Decided) -> None:
    faults = []
    if decided.days_credited > case.placement.days_required:
        faults.append(Fault("/days_credited", "out_of_range", "More days than the placement has."))
    if (decided.minimum_days is None) == (decided.decision is PanelDecision.NEW_PLACEMENT):
        words = "Say how many days a new placement must have, when there is to be one and only then."
        faults.append(Fault("/minimum_days", "does_not_fit", words))
    if decided.appeal_until_on <= london_day(case.now):
        faults.append(Fault("/appeal_until_on", "out_of_range", "The student needs time to appeal."))
    if faults:
        raise Invalid(faults)


async def appeal(case: Case, student: Actor, grounds: str) -> None:
    """The student appeals against the panel's decision, in time and once. People decide about it; nothing stops by itself."""
    panel = await panel_of(case.session, case.concern)
    if panel is None or panel.appeal_until_on is None:
        raise Conflict("no_decision", "There is no decision of a panel to appeal against.")
    if panel.appealed_at is not None:
        raise Conflict("appealed_before", "The student has appealed against this decision already.")
    last = datetime.combine(panel.appeal_until_on, time.max, LONDON)
    if case.now > last:
        raise Conflict("too_late", "The time for an appeal is over.")
    panel.appealed_at, panel.grounds = case.now, grounds
    act = keep(case, student, Act.APPEALED, {"panel_id": str(panel.id)})
    told = (Recipient.PROGRAMME_MANAGER, Recipient.PANEL_CHAIR, Recipient.COORDINATOR)
    await tell(case, told, Template.CONCERN_LEVEL, act.id)
    case.touch()
