"""Evidence: recorded, corrected and withdrawn, each with a look at what it means for the educator's currency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import PlacementLevel, Source
from services.educators.messages import SupportEpisodeRecorded, SupportEpisodeWithdrawn
from services.educators.models.circumstances import DeclaredConflict, ReturnStep, Unavailability
from services.educators.models.declarative import Record
from services.educators.models.educators import Educator
from services.educators.models.evidence import CpdRecord, SupportEpisode
from services.educators.operations.authors import Author
from services.educators.operations.currency import settle
from services.educators.operations.plausible import BESIDE_OTHERS, conflict_beside, faults_beside, faults_in
from services.educators.operations.returns import faults_of_mentor
from services.educators.operations.unavailability import tell_changed
from services.educators.operations.versions import differing, keep_versions, overwrite
from services.educators.queries.educators import hold_educator
from shared.calendar import london_day
from shared.errors import Conflict, Invalid, InvalidState, NotFound, StaleVersion
from shared.events.outbox import Message, News, publish_all
from shared.ids import new_id

RecordT = TypeVar("RecordT", bound=Record)

OWN_WORD: frozenset[type[Record]] = frozenset({CpdRecord, Unavailability, DeclaredConflict})
"""Records that an educator in person may add, and correct where they rest on nobody else's word."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which record about which educator, in the version the caller saw (None: whatever it is now)."""

    educator_id: UUID
    record_id: UUID
    seen: int | None


async def record(
    session: AsyncSession,
    author: Author,
    model: type[RecordT],
    educator_id: UUID,
    *,
    values: Mapping[str, Any],
    now: datetime,
) -> RecordT:
    """Add one record about an educator. Refused with every fault of it, and when it is on record already."""
    educator = await hold_educator(session, author.tenant, educator_id)
    author.expect_may_write(educator, own_word=model in OWN_WORD)
    values = as_stored(values)
    await _expect_plausible(session, model, educator, values, now)
    row = new_record(model, educator, values, by=author.subject, now=now)
    session.add(row)
    await _written(session, row, educator, now)
    return row


async def correct(
    session: AsyncSession,
    author: Author,
    model: type[RecordT],
    which: Which,
    *,
    values: Mapping[str, Any],
    reason: str,
    now: datetime,
) -> RecordT:
    """Change some columns of a record, for a reason; what it was before is kept. The same again changes nothing."""
    educator, row = await _hold_record(session, author, model, which)
    changed = differing(row, as_stored(values))
    if changed:
        whole = {name: getattr(row, name) for name in model.__table__.columns.keys()} | changed  # noqa: SIM118 - no dict
        await _expect_plausible(session, model, educator, whole, now, but=row.id)
        await keep_versions(session, model, [row.id])
        overwrite(row, changed, by=author.subject, reason=reason, now=now)
        await _written(session, row, educator, now)
    return row


async def withdraw(
    session: AsyncSession, author: Author, model: type[RecordT], which: Which, *, reason: str, now: datetime
) -> RecordT:
    """Take a record back, for a reason: it stays with its history, and counts for nothing from now on."""
    educator, row = await _hold_record(session, author, model, which)
    await keep_versions(session, model, [row.id])
    overwrite(row, {"withdrawn_at": now}, by=author.subject, reason=reason, now=now)
    await _written(session, row, educator, now)
    return row


async def _hold_record(
    session: AsyncSession, author: Author, model: type[RecordT], which: Which
) -> tuple[Educator, RecordT]:
    """The educator and the record, which nobody else changes until the transaction ends."""
    educator = await hold_educator(session, author.tenant, which.educator_id)
    author.expect_may_write(educator, own_word=model in OWN_WORD)
    statement = select(model).where(model.id == which.record_id, model.educator_id == educator.id)
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NotFound("record")
    reported = getattr(row, "source", Source.REPORTED) == Source.REPORTED
    author.expect_may_write(educator, own_word=model in OWN_WORD and reported)
    if which.seen is not None and which.seen != row.version:
        raise StaleVersion
    if row.withdrawn_at is not None:
        raise InvalidState("record", "withdrawn", [])
    return educator, row


async def _expect_plausible(
    session: AsyncSession,
    model: type[Record],
    educator: Educator,
    values: Mapping[str, Any],
    now: datetime,
    *,
    but: UUID | None = None,
) -> None:
    """Refuse what cannot be true, with every fault; `but` is the record that is being corrected."""
    others: Sequence[Record] = ()
    if model in BESIDE_OTHERS:
        counting = select(model).where(model.educator_id == educator.id, model.withdrawn_at.is_(None))
        others = [row for row in (await session.execute(counting)).scalars() if row.id != but]
    faults = [
        *faults_in(model, values, london_day(now)),
        *faults_beside(model, values, educator, others),
    ]
    if model is ReturnStep:
        faults += await faults_of_mentor(session, educator, values)
    if faults:
        raise Invalid(faults)
    conflict = conflict_beside(model, values, others)
    if conflict is not None:
        raise Conflict(*conflict)


async def _written(session: AsyncSession, row: Record, educator: Educator, now: datetime) -> None:
    """Write a record's new state, tell it, and look what it means for currency."""
    await session.flush()
    if isinstance(row, SupportEpisode):
        await tell_episodes(session, educator.partnership_id, [(row, educator.organisation_id)], now)
    if isinstance(row, Unavailability):
        await tell_changed(session, row, educator.organisation_id, now)
    await settle(session, educator.partnership_id, [educator.id], now)


def as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as their columns hold them: fractions with two digits."""
    return {
        name: Decimal(str(value)).quantize(Decimal("0.01")) if isinstance(value, float) else value
        for name, value in values.items()
    }


def new_record(
    model: type[RecordT],
    educator: Educator,
    values: Mapping[str, Any],
    *,
    by: str | None,
    now: datetime,
    source: Source = Source.REPORTED,
) -> RecordT:
    """A new record about an educator, not yet in any session."""
    whose = {"id": new_id(), "partnership_id": educator.partnership_id, "educator_id": educator.id}
    kept = {"version": 1, "created_at": now, "updated_at": now, "recorded_by": by}
    origin = {"source": source} if hasattr(model, "source") else {}
    return model(**whose, **kept, **origin, **values)


async def tell_episodes(
    session: AsyncSession,
    partnership_id: UUID,
    episodes: Iterable[tuple[SupportEpisode, UUID]],
    now: datetime,
) -> None:
    """Publish of each that a student's stay was put on record, corrected or withdrawn, to the educator's organisation."""
    news = [News(_message_of(episode), episode.id, [owner]) for episode, owner in episodes]
    await publish_all(session, news, partnership_id=partnership_id, now=now)


def _message_of(episode: SupportEpisode) -> Message:
    which = {
        "support_episode_id": episode.id,
        "educator_id": episode.educator_id,
        "placement_id": episode.placement_id,
    }
    if episode.withdrawn_at is not None:
        return SupportEpisodeWithdrawn(**which)
    return SupportEpisodeRecorded(
        **which,
        placement_level=PlacementLevel(episode.placement_level),
        started_on=episode.started_on,
        ended_on=episode.ended_on,
        days=episode.days,
    )
