"""What can be imported into the register: educators, the learners they supported, and what they learnt themselves."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import Source
from services.educators.models.educators import Educator
from services.educators.models.evidence import CpdRecord, LearnerEpisode, SupportEpisode
from services.educators.operations.authors import Author
from services.educators.operations.currency import settle
from services.educators.operations.educators import Entry, take_over
from services.educators.operations.evidence import faults_in, new_record, tell_episode
from services.educators.operations.rows import CpdRow, EducatorRow, SupportEpisodeRow
from services.educators.queries.educators import NOT_YOURS, by_number, hold_educators
from shared.calendar import london_day
from shared.errors import Fault
from shared.imports.kinds import Applied, ImportKind, ImportScope, Row

OrganisationsNamed = Callable[[UUID, str, Sequence[str]], Awaitable[Mapping[str, UUID]]]
"""(partnership, system, names) -> the organisations these names stand for."""

Kept = TypeVar("Kept", SupportEpisode, LearnerEpisode, CpdRecord)


def kinds(organisations_named: OrganisationsNamed) -> dict[str, ImportKind[Any]]:
    """The kinds of files this service takes; `organisations_named` asks the placements service."""

    async def ask_organisations(scope: ImportScope, rows: Sequence[Row[EducatorRow]]) -> Mapping[str, UUID]:
        names = sorted({row.data.organisation for row in rows})
        return await organisations_named(scope.tenant, scope.system, names)

    every = (
        ImportKind("educators", EducatorRow, _name_of, apply_educators, ask_organisations),
        ImportKind("support-episodes", SupportEpisodeRow, _key_of, apply_support_episodes),
        ImportKind("cpd-records", CpdRow, _key_of, apply_cpd_records),
    )
    return {kind.name: kind for kind in every}


def _name_of(row: EducatorRow) -> str:
    return row.external_id


def _key_of(row: SupportEpisodeRow | CpdRow) -> object:
    return row.key


async def apply_educators(
    session: AsyncSession,
    scope: ImportScope,
    rows: Sequence[Row[EducatorRow]],
    organisations: Mapping[str, UUID],
    now: datetime,
) -> list[Applied]:
    """Make or change an educator for each row."""
    entries = {
        row.number: _entry(row.data, organisations[row.data.organisation])
        for row in rows
        if row.data.organisation in organisations
    }
    author = Author.of_import(scope)
    results = await take_over(session, author, scope.system, list(entries.values()), now)
    applied = dict(zip(entries, results, strict=True))
    return [applied.get(row.number, _UNKNOWN_ORGANISATION) for row in rows]


_UNKNOWN_ORGANISATION = Applied(
    "invalid",
    None,
    (Fault("/organisation", "unknown_organisation", "No organisation is known by this external id."),),
)


def _entry(row: EducatorRow, organisation_id: UUID) -> Entry:
    given = row.model_dump(exclude_unset=True, exclude={"external_id", "organisation"})
    always = {"mode": row.mode, "employment": row.employment}
    return Entry({**always, **given, "organisation_id": organisation_id}, row.external_id)


async def apply_support_episodes(
    session: AsyncSession,
    scope: ImportScope,
    rows: Sequence[Row[SupportEpisodeRow]],
    _: None,
    now: datetime,
) -> list[Applied]:
    """Record a learner for each row, or correct the record that says the same but for how it ended."""
    batch = await _Batch.of(session, scope, rows, now)
    students = await batch.kept(
        SupportEpisode, lambda e: (e.educator_id, e.placement_level, e.started_on, e.role)
    )
    learners = await batch.kept(LearnerEpisode, lambda e: (e.educator_id, e.learner_kind, e.started_on))
    results = [_applied_episode(batch, row.data, students, learners) for row in rows]
    await batch.close()
    return results


def _applied_episode(
    batch: "_Batch",
    row: SupportEpisodeRow,
    students: Mapping[object, SupportEpisode],
    learners: Mapping[object, LearnerEpisode],
) -> Applied:
    educator = batch.educators.get(row.educator_number)
    if educator is None:
        return batch.refused(row.educator_number)
    if not row.of_student:
        learner = learners.get((educator.id, row.learner_kind, row.started_on))
        facts: dict[str, Any] = {"learner_kind": row.learner_kind, **row.days_of_stay}
        return batch.keep(LearnerEpisode, educator, learner, facts, {"assessed_against_pcf": True})
    if row.placement_level is None:
        words = "Say which placement it was: first, final, additional, repeat_first or repeat_final."
        return Applied("invalid", None, (Fault("/placement_level", "level_missing", words),))
    student = students.get((educator.id, row.placement_level, row.started_on, row.role))
    facts = {
        "placement_level": row.placement_level,
        "role": row.role,
        "days": row.days,
        **row.days_of_stay,
    }
    return batch.keep(SupportEpisode, educator, student, facts, _OF_IMPORTED_STUDENT)


_OF_IMPORTED_STUDENT = dict.fromkeys(
    ("placement_id", "student_id", "expected_end_on", "planned_days", "ending")
)
_OF_IMPORTED_STUDENT["midway_reported"] = False


async def apply_cpd_records(
    session: AsyncSession, scope: ImportScope, rows: Sequence[Row[CpdRow]], _: None, now: datetime
) -> list[Applied]:
    """Record what was learnt for each row, or correct the record of the same day and title."""
    batch = await _Batch.of(session, scope, rows, now)
    records = await batch.kept(CpdRecord, lambda r: (r.educator_id, r.on, r.title))
    results = [_applied_cpd(batch, row.data, records) for row in rows]
    await batch.close()
    return results


def _applied_cpd(batch: "_Batch", row: CpdRow, records: Mapping[object, CpdRecord]) -> Applied:
    educator = batch.educators.get(row.educator_number)
    if educator is None:
        return batch.refused(row.educator_number)
    hours = None if row.hours is None else Decimal(str(row.hours)).quantize(Decimal("0.01"))
    facts = {"on": row.on, "title": row.title, "hours": hours, "peer_reflection": row.peer_reflection}
    record = records.get((educator.id, row.on, row.title))
    return batch.keep(CpdRecord, educator, record, facts, {"practice_education": True})


class _Batch:
    """Some rows of evidence on their way into the register: the educators they are about, and what was touched."""

    def __init__(
        self, session: AsyncSession, author: Author, known: Mapping[str, Educator], now: datetime
    ) -> None:
        self.session = session
        self.author = author
        self.now = now
        self.known = known
        self.educators = {n: e for n, e in known.items() if author.may_write_for(e.organisation_id)}
        self.touched: set[UUID] = set()
        self.episodes: list[tuple[SupportEpisode, Educator]] = []

    @classmethod
    async def of(
        cls, session: AsyncSession, scope: ImportScope, rows: Iterable[Row[Any]], now: datetime
    ) -> "_Batch":
        """The batch of these rows, with their educators locked."""
        author = Author.of_import(scope)
        found = await by_number(session, author.tenant, {row.data.educator_number for row in rows})
        held = await hold_educators(session, author.tenant, set(found.values())) if found else {}
        return cls(session, author, {number: held[id_] for number, id_ in found.items()}, now)

    async def kept(self, model: type[Kept], key: Callable[[Kept], object]) -> dict[object, Kept]:
        """What is on record about these educators, by what tells records apart."""
        ids = [educator.id for educator in self.educators.values()]
        rows = (await self.session.execute(select(model).where(model.educator_id.in_(ids)))).scalars()
        return {key(row): row for row in rows}

    def refused(self, number: str) -> Applied:
        """Why a row about this registration number cannot be taken."""
        if number in self.known:
            return Applied("invalid", None, (Fault("/educator_number", *NOT_YOURS),))
        words = "No educator of this partnership has this registration number. Import educators first."
        return Applied("invalid", None, (Fault("/educator_number", "unknown_educator", words),))

    def keep(
        self,
        model: type[Kept],
        educator: Educator,
        row: Kept | None,
        facts: Mapping[str, Any],
        otherwise: Mapping[str, Any],
    ) -> Applied:
        """Add a record of these facts, or correct the one that is there. Our own placements' feed is never corrected."""
        faults = tuple(faults_in(model, facts, london_day(self.now)))
        if faults:
            return Applied("invalid", None, faults)
        if row is None:
            row = new_record(model, educator, {**otherwise, **facts}, self.now, source=Source.IMPORTED)
            self.session.add(row)
            self._touch(educator, row)
            return Applied("created", row.id)
        differing = {name: value for name, value in facts.items() if getattr(row, name) != value}
        if not differing or row.source == Source.PLACEMENTS:
            return Applied("unchanged", row.id)
        for name, value in differing.items():
            setattr(row, name, value)
        row.version += 1
        row.updated_at = self.now
        self._touch(educator, row)
        return Applied("updated", row.id)

    def _touch(self, educator: Educator, row: object) -> None:
        self.touched.add(educator.id)
        if isinstance(row, SupportEpisode):
            self.episodes.append((row, educator))

    async def close(self) -> None:
        """Write, tell, and look what it means for the educators' currency."""
        await self.session.flush()
        for episode, educator in self.episodes:
            await tell_episode(self.session, episode, educator.organisation_id, self.now)
        await settle(self.session, self.author.tenant, self.touched, self.now)
