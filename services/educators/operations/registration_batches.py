"""Looking educators up on the public register: batches of 100 numbers out, its answers in, a person decides the rest."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import RegisterStatus, Restriction
from services.educators.domain.records import faults_of_day
from services.educators.domain.regulator import (
    BATCH_SIZE,
    Answer,
    BatchStatus,
    LineOutcome,
    MismatchKind,
    MismatchStatus,
    mismatch_of,
)
from services.educators.models.educators import Educator
from services.educators.models.evidence import RegistrationCheck
from services.educators.models.registration_batches import (
    RegistrationBatch,
    RegistrationBatchLine,
    RegistrationMismatch,
)
from services.educators.operations.authors import Author
from services.educators.operations.evidence import new_record
from services.educators.queries.educators import NOT_YOURS, by_number, hold_educators
from services.educators.queries.registration_batches import (
    Waiting,
    as_at,
    due_without_batch,
    hold_batch,
    hold_batches,
    lines_of,
)
from services.educators.queries.rule_parameters import parameters_on
from shared.calendar import london_day
from shared.errors import Fault, Forbidden, Invalid, InvalidState, StaleVersion
from shared.ids import new_id


async def make_batches(
    session: AsyncSession, author: Author, organisation_id: UUID | None, made_by: str, now: datetime
) -> list[UUID]:
    """Batches of everybody who is due and waits in none: of one organisation, or of all that are the author's.

    Locks the making of batches: nobody comes to wait in two.
    """
    if not author.wide:
        organisation_id = organisation_id or author.organisation_id
        if organisation_id is None or not author.may_write_for(organisation_id):
            raise Forbidden(*NOT_YOURS)
    await hold_batches(session, author.tenant)
    today = london_day(now)
    parameters = await parameters_on(session, author.tenant, today)
    binds = {**author.binds(), **as_at(today, parameters.registration_check_days)}
    due = await due_without_batch(session, binds, organisation_id)
    made = []
    for start in range(0, len(due), BATCH_SIZE):
        waiting = due[start : start + BATCH_SIZE]
        batch = RegistrationBatch(
            id=new_id(),
            partnership_id=author.tenant,
            organisation_id=organisation_id,
            status=BatchStatus.OPEN,
            size=len(waiting),
            made_by=made_by,
            version=1,
            created_at=now,
            updated_at=now,
        )
        session.add(batch)
        await session.flush()
        session.add_all(_lines(batch, waiting))
        made.append(batch.id)
    await session.flush()
    return made


def _lines(batch: RegistrationBatch, waiting: Sequence[Waiting]) -> list[RegistrationBatchLine]:
    return [
        RegistrationBatchLine(
            batch_id=batch.id,
            position=position,
            partnership_id=batch.partnership_id,
            educator_id=one.educator_id,
            social_work_england_number=one.number,
        )
        for position, one in enumerate(waiting, start=1)
    ]


async def cancel_batch(
    session: AsyncSession, author: Author, batch_id: UUID, seen: int | None, now: datetime
) -> None:
    """Give a batch up whose answer will not come; those in it are free for another one."""
    batch = await hold_batch(session, author.binds(), batch_id)
    if seen is not None and seen != batch.version:
        raise StaleVersion
    _expect_open(batch)
    for line in await lines_of(session, batch.id):
        line.outcome = LineOutcome.CANCELLED
    _close(batch, BatchStatus.CANCELLED, now)
    await session.flush()


async def take_answers(
    session: AsyncSession,
    author: Author,
    batch_id: UUID,
    answers: Iterable[Answer],
    *,
    checked_on: date,
    now: datetime,
) -> None:
    """Take the regulator's answers about a batch: what matches becomes a check, the rest waits for a person."""
    batch = await hold_batch(session, author.binds(), batch_id)
    _expect_open(batch)
    faults = list(faults_of_day("/query/checked_on", checked_on, london_day(now)))
    if checked_on < london_day(batch.created_at):
        words = "The answer cannot be older than the batch."
        faults.append(Fault("/query/checked_on", "before_the_batch", words))
    if faults:
        raise Invalid(faults)
    lines = await lines_of(session, batch.id)
    held = await hold_educators(session, author.tenant, {line.educator_id for line in lines})
    by_their_number = {answer.number: answer for answer in answers}
    batch.checked_on = checked_on
    for line in lines:
        answer = by_their_number.pop(line.social_work_england_number, None)
        _take(session, batch, line, held[line.educator_id], answer=answer, now=now)
    known = await by_number(session, author.tenant, by_their_number)
    for number, answer in by_their_number.items():
        whose = (number, known.get(number))
        _report(session, batch, MismatchKind.UNKNOWN_NUMBER, whose, answer=answer, now=now)
    _close(batch, BatchStatus.COMPLETED, now)
    await session.flush()


def _take(
    session: AsyncSession,
    batch: RegistrationBatch,
    line: RegistrationBatchLine,
    educator: Educator,
    *,
    answer: Answer | None,
    now: datetime,
) -> None:
    checked_on = batch.checked_on or london_day(now)
    kind: MismatchKind | None = MismatchKind.MISSING_FROM_ANSWER
    if answer is not None:
        kind = mismatch_of(answer, educator.full_name, checked_on)
    line.outcome = LineOutcome.CHECKED if kind is None else LineOutcome.MISMATCH
    if kind is not None:
        number = line.social_work_england_number
        _report(session, batch, kind, (number, educator.id), answer=answer, now=now)
    elif answer is not None:
        session.add(check_of(educator, as_found(answer), checked_on, now))


def check_of(
    educator: Educator, found: Mapping[str, Any], checked_on: date, now: datetime
) -> RegistrationCheck:
    """A check of what the register said about an educator, not yet in any session."""
    until = found["registered_until"]
    values = {
        "checked_on": checked_on,
        "status": found["status"],
        "registered_until": date.fromisoformat(until) if until else None,
        "restriction": found["restriction"],
        "restriction_reviewed_on": None,
    }
    return new_record(RegistrationCheck, educator, values, now)


def as_found(answer: Answer) -> dict[str, Any]:
    """An answer as it is kept for a person to look at."""
    return {
        "surname": answer.surname,
        "status": answer.status.value,
        "registered_until": answer.registered_until.isoformat() if answer.registered_until else None,
        "restriction": answer.restriction.value,
    }


NOT_FOUND = {
    "surname": None,
    "status": RegisterStatus.NOT_REGISTERED.value,
    "registered_until": None,
    "restriction": Restriction.NONE.value,
}
"""What it means when a person accepts that the register does not have somebody."""


def _report(
    session: AsyncSession,
    batch: RegistrationBatch,
    kind: MismatchKind,
    whose: tuple[str, UUID | None],
    *,
    answer: Answer | None,
    now: datetime,
) -> None:
    number, educator_id = whose
    mismatch = RegistrationMismatch(
        id=new_id(),
        partnership_id=batch.partnership_id,
        batch_id=batch.id,
        educator_id=educator_id,
        social_work_england_number=number,
        kind=kind,
        found=as_found(answer) if answer else None,
        status=MismatchStatus.OPEN,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(mismatch)


def _expect_open(batch: RegistrationBatch) -> None:
    if batch.status != BatchStatus.OPEN:
        raise InvalidState("batch", batch.status, ())


def _close(batch: RegistrationBatch, status: BatchStatus, now: datetime) -> None:
    batch.status = status
    batch.version += 1
    batch.updated_at = now
