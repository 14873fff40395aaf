"""Evidence: records are added, each with a look at what it means for the educator's currency."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import Source
from services.educators.domain.records import faults_of_day, faults_of_order, faults_of_span
from services.educators.messages import SupportEpisodeRecorded
from services.educators.models.circumstances import (
    DeclaredConflict,
    DevelopmentPlan,
    ReturnStep,
    Unavailability,
)
from services.educators.models.declarative import Tenanted, Versioned
from services.educators.models.educators import Educator
from services.educators.models.evidence import (
    CpdRecord,
    ManagerCheckIn,
    Qualification,
    RegistrationCheck,
    SupportEpisode,
)
from services.educators.operations.authors import Author
from services.educators.operations.currency import settle
from services.educators.queries.educators import hold_educator
from shared.calendar import london_day
from shared.errors import Fault, Invalid
from shared.events.outbox import publish
from shared.ids import new_id

RecordT = TypeVar("RecordT", bound=Tenanted)

OWN_WORD: frozenset[type[Tenanted]] = frozenset({CpdRecord, Unavailability, DeclaredConflict})
"""Records that an educator in person may add; all others come from their organisation."""

_HAPPENED: Mapping[type[Tenanted], tuple[str, ...]] = {
    CpdRecord: ("on",),
    ManagerCheckIn: ("on",),
    RegistrationCheck: ("checked_on", "restriction_reviewed_on"),
    Qualification: ("awarded_on",),
    ReturnStep: ("on",),
    DevelopmentPlan: ("opened_on", "closed_on"),
}
_FIRST_AND_LAST: Mapping[type[Tenanted], tuple[str, str]] = {
    Unavailability: ("starts_on", "ends_on"),
    DevelopmentPlan: ("opened_on", "closed_on"),
}


async def record(
    session: AsyncSession,
    author: Author,
    model: type[RecordT],
    educator_id: UUID,
    *,
    values: Mapping[str, Any],
    now: datetime,
) -> RecordT:
    """Add one record about an educator. Refused with every fault of its days."""
    today = london_day(now)
    faults = list(faults_in(model, values, today))
    if faults:
        raise Invalid(faults)
    educator = await hold_educator(session, author.tenant, educator_id)
    author.expect_may_write(educator, own_word=model in OWN_WORD)
    row = new_record(model, educator, values, now)
    session.add(row)
    await session.flush()
    if isinstance(row, SupportEpisode):
        await tell_episode(session, row, educator.organisation_id, now)
    await settle(session, author.tenant, [educator_id], now)
    return row


def faults_in(model: type[Tenanted], values: Mapping[str, Any], today: date) -> Iterator[Fault]:
    """What is wrong with the days of a record."""
    if "started_on" in values:
        yield from faults_of_span(values["started_on"], values.get("ended_on"), today)
    for name in _HAPPENED.get(model, ()):
        yield from faults_of_day(f"/{name}", values.get(name), today)
    if model in _FIRST_AND_LAST:
        first, last = _FIRST_AND_LAST[model]
        yield from faults_of_order(f"/{last}", values[first], values.get(last))
    if values.get("ending") is not None and values.get("ended_on") is None:
        yield Fault("/ended_on", "last_day_missing", "Say on which day it ended.")


def new_record(
    model: type[RecordT],
    educator: Educator,
    values: Mapping[str, Any],
    now: datetime,
    source: Source = Source.REPORTED,
) -> RecordT:
    """A new record about an educator, not yet in any session."""
    whose = {
        "id": new_id(),
        "partnership_id": educator.partnership_id,
        "educator_id": educator.id,
        "created_at": now,
    }
    kept = {"version": 1, "updated_at": now} if issubclass(model, Versioned) else {}
    origin = {"source": source} if hasattr(model, "source") else {}
    return model(**whose, **kept, **origin, **values)


async def tell_episode(
    session: AsyncSession, episode: SupportEpisode, organisation_id: UUID, now: datetime
) -> None:
    """Publish that a student's stay was put on record or corrected."""
    await publish(
        session,
        SupportEpisodeRecorded(
            support_episode_id=episode.id,
            educator_id=episode.educator_id,
            placement_id=episode.placement_id,
            placement_level=episode.placement_level,
            started_on=episode.started_on,
            ended_on=episode.ended_on,
            days=episode.days,
        ),
        partnership_id=episode.partnership_id,
        subject=episode.id,
        audience=[organisation_id],
        now=now,
    )
