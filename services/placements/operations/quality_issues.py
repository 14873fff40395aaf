"""Quality issues: raised with an owner and a working day, put right by them, and told of when the day has passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.quality_issues import IssueStatus, agreed_day
from services.placements.domain.review_templates import Section
from services.placements.messages.quality import (
    QualityIssueOverdue,
    QualityIssueRaised,
    QualityIssueResolved,
    QualityIssueStep,
)
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.models.quality_issues import QualityIssue
from services.placements.operations.lifecycle import Actor
from services.placements.queries.lives import lives_of
from services.placements.queries.quality_issues import HeldIssue
from shared.calendar import CLOSE_OF_DAY, LONDON, Calendar, london_day
from shared.errors import Conflict, Fault, Forbidden, Invalid, InvalidState
from shared.events.outbox import publish
from shared.ids import new_id

AT_ONCE = 100
"""Overdue issues told of in one transaction."""

_MAY_RAISE = frozenset({"office", "university", "host", "tutor", "educator", "supervisor"})
_MAY_CHANGE = frozenset({"office", "university", "tutor"})


@dataclass(frozen=True, slots=True)
class Raising:
    """A quality issue as it is raised. Without a day it is to be put right within ten working days."""

    section: Section
    what: str
    owner_person_id: UUID
    due_on: date | None = None


def expect_may_raise(actor: Actor) -> None:
    """Refuse the student, who says the same in a review or by a flag, without having to name an owner."""
    if not actor.stands_for & _MAY_RAISE:
        raise Forbidden("not_yours_to_raise", "Those who teach, host or coordinate raise a quality issue.")


async def raise_issues(
    session: AsyncSession,
    placement: Placement,
    issues: Sequence[Raising],
    actor: Actor,
    *,
    review_id: UUID | None = None,
    pointer: str = "/issues",
    now: datetime,
) -> list[QualityIssue]:
    """Put quality issues of a placement on record, each with who sees to it and by which working day."""
    if not issues:
        return []
    calendar = await _calendar_of(session, placement.id)
    today = london_day(now)
    days = [agreed_day(calendar, today, each.due_on) for each in issues]
    people = await _people(session, placement, {each.owner_person_id for each in issues})
    _refuse_faults(issues, days, people, pointer)
    rows = [
        _row(placement, each, day, actor, review_id, now)
        for each, day in zip(issues, days, strict=True)
        if day is not None
    ]
    session.add_all(rows)
    await session.flush()
    for row in rows:
        await _tell(session, row, placement.university_id, QualityIssueRaised, now)
    return rows


def _row(  # noqa: PLR0917 - one issue, and what is known beforehand
    placement: Placement, raising: Raising, day: date, actor: Actor, review_id: UUID | None, now: datetime
) -> QualityIssue:
    return QualityIssue(
        id=new_id(),
        partnership_id=placement.partnership_id,
        placement_id=placement.id,
        review_id=review_id,
        setting_id=placement.setting_id,
        organisation_id=placement.organisation_id,
        section=raising.section.value,
        what=raising.what,
        owner_person_id=raising.owner_person_id,
        status=IssueStatus.OPEN.value,
        due_on=day,
        due_at=_close_of(day),
        raised_by=actor.subject,
        raised_at=now,
        version=1,
        created_at=now,
        updated_at=now,
    )


async def change(
    session: AsyncSession, held: HeldIssue, values: Mapping[str, Any], actor: Actor, *, now: datetime
) -> None:
    """Give an open issue, held, to somebody else, or agree another day while the present one has not passed."""
    issue, placement = held
    _expect_open(issue)
    if not actor.stands_for & _MAY_CHANGE:
        raise Forbidden(
            "not_yours_to_change", "The university, the tutor or the partnership's office changes it."
        )
    owner: UUID = values.get("owner_person_id", issue.owner_person_id)
    due_on = issue.due_on
    if values.get("due_on") not in {None, issue.due_on}:
        if now > issue.due_at:
            raise Conflict("issue_overdue", "The agreed day has passed; put it right, and resolve it.")
        wanted = Raising(Section(issue.section), issue.what, owner, values["due_on"])
        day = agreed_day(await _calendar_of(session, placement.id), london_day(now), wanted.due_on)
        _refuse_faults([wanted], [day], {owner}, "")
        due_on = day or due_on
    if not await _people(session, placement, {owner}):
        raise Invalid([Fault("/owner_person_id", *_NOBODY)])
    if (owner, due_on) == (issue.owner_person_id, issue.due_on):
        return
    issue.owner_person_id, issue.due_on, issue.due_at = owner, due_on, _close_of(due_on)
    await _count_up(session, issue, now)


async def resolve(
    session: AsyncSession, held: HeldIssue, words: str, actor: Actor, *, person_id: UUID | None, now: datetime
) -> None:
    """What was found wanting is put right: the owner says how, or the university, the tutor or the office does."""
    issue, placement = held
    _expect_open(issue)
    is_owner = person_id is not None and person_id == issue.owner_person_id
    if not is_owner and not actor.stands_for & _MAY_CHANGE:
        raise Forbidden(
            "not_yours_to_resolve", "Its owner, the university, the tutor or the office resolves it."
        )
    issue.status = IssueStatus.RESOLVED.value
    issue.resolved_at, issue.resolved_by, issue.resolution = now, actor.subject, words
    await _count_up(session, issue, now)
    await _tell(session, issue, placement.university_id, QualityIssueResolved, now)


async def escalate_overdue(session: AsyncSession, *, now: datetime) -> int:
    """Tell of open issues whose day has passed, each once; returns how many there were. Any number of workers may do so."""
    statement = (
        select(QualityIssue, Placement.university_id)
        .join(Placement, Placement.id == QualityIssue.placement_id)
        .where(
            QualityIssue.resolved_at.is_(None), QualityIssue.escalated_at.is_(None), QualityIssue.due_at < now
        )
        .order_by(QualityIssue.due_at)
        .limit(AT_ONCE)
        .with_for_update(of=QualityIssue, skip_locked=True)
    )
    due = (await session.execute(statement)).all()
    for issue, university_id in due:
        issue.escalated_at = now
        await _count_up(session, issue, now)
        await _tell(session, issue, university_id, QualityIssueOverdue, now)
    return len(due)


_NOBODY = ("unknown_reference", "There is no such person in this partnership.")


def _refuse_faults(
    issues: Sequence[Raising], days: Sequence[date | None], people: set[UUID], pointer: str
) -> None:
    faults = []
    for at, (each, day) in enumerate(zip(issues, days, strict=True)):
        here = f"{pointer}/{at}" if pointer else ""
        if day is None:
            words = "The day is today or later, and within sixty working days."
            faults.append(Fault(f"{here}/due_on", "out_of_range", words))
        if each.owner_person_id not in people:
            faults.append(Fault(f"{here}/owner_person_id", *_NOBODY))
    if faults:
        raise Invalid(faults)


def _expect_open(issue: QualityIssue) -> None:
    if issue.resolved_at is not None:
        raise InvalidState("quality issue", issue.status, ())


def _close_of(day: date) -> datetime:
    return datetime.combine(day, time(CLOSE_OF_DAY.hour), LONDON)


async def _calendar_of(session: AsyncSession, placement_id: UUID) -> Calendar:
    (life,) = await lives_of(session, [placement_id])
    return life.terms.calendar


async def _people(session: AsyncSession, placement: Placement, ids: set[UUID]) -> set[UUID]:
    statement = select(Person.id).where(Person.partnership_id == placement.partnership_id, Person.id.in_(ids))
    return set((await session.execute(statement)).scalars())


async def _count_up(session: AsyncSession, issue: QualityIssue, now: datetime) -> None:
    issue.version += 1
    issue.updated_at = now
    await session.flush()


async def _tell(
    session: AsyncSession,
    issue: QualityIssue,
    university_id: UUID,
    news: type[QualityIssueStep],
    now: datetime,
) -> None:
    message = news(
        placement_id=issue.placement_id,
        setting_id=issue.setting_id,
        section=Section(issue.section),
        due_on=issue.due_on,
    )
    await publish(
        session,
        message,
        partnership_id=issue.partnership_id,
        subject=issue.id,
        audience={university_id, issue.organisation_id},
        now=now,
    )
