"""Files of evidence: each row adds a record, corrects the one it is about, or says what is known already.

A file is not the last word: what a person corrected or withdrew since is not brought back by a row that says what was on
record before, and what placements told is corrected by no file. Such a row is `unchanged`, and told why.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.educators.domain.codes import Source
from services.educators.models.circumstances import DevelopmentPlan, Unavailability
from services.educators.models.declarative import Record
from services.educators.models.educators import Educator
from services.educators.models.evidence import (
    ActiveRole,
    CpdRecord,
    LearnerEpisode,
    ManagerCheckIn,
    Qualification,
    RegistrationCheck,
    SupportEpisode,
)
from services.educators.models.versions import RecordVersion
from services.educators.operations.authors import Author
from services.educators.operations.currency import settle
from services.educators.operations.evidence import as_stored, new_record, tell_episodes
from services.educators.operations.plausible import faults_beside, faults_in
from services.educators.operations.rows import (
    ActiveRoleRow,
    CpdRow,
    DevelopmentPlanRow,
    EvidenceRow,
    LearnerEpisodeRow,
    ManagerCheckInRow,
    QualificationRow,
    RegistrationCheckRow,
    SupportEpisodeRow,
    UnavailabilityRow,
)
from services.educators.operations.versions import differing, keep_versions, overwrite
from services.educators.queries.educators import NOT_YOURS, by_number, hold_educators
from shared.calendar import london_day
from shared.errors import Fault
from shared.imports.kinds import Applied, ImportScope, Row

_Key = tuple[UUID, *tuple[str, ...]]


_ANY = func.any(bindparam("p_ids", type_=ARRAY(Uuid())))
_EARLIER = select(RecordVersion.record_id, RecordVersion.educator_id, RecordVersion.facts).where(
    RecordVersion.educator_id == _ANY, RecordVersion.kind == bindparam("p_kind")
)
_DUPLICATE = Fault("", "duplicate_in_file", "An earlier row of this file is about the same thing.")


@dataclass(frozen=True, slots=True)
class _Sort:
    """How rows become records: the model, the columns that tell its records apart, and what a file cannot say."""

    model: type[Record]
    key: tuple[str, ...]
    otherwise: Mapping[str, Any] = field(default_factory=dict)

    def key_of(self, educator_id: UUID, values: Mapping[Any, Any]) -> _Key:
        return (educator_id, *(str(values[name]) for name in self.key))


_STUDENTS = _Sort(SupportEpisode, ("placement_level", "started_on", "role"), {"midway_reported": False})
_LEARNERS = _Sort(LearnerEpisode, LearnerEpisodeRow.KEY, {"assessed_against_pcf": True})
_SORTS: Mapping[type[EvidenceRow], _Sort] = {
    LearnerEpisodeRow: _LEARNERS,
    QualificationRow: _Sort(Qualification, QualificationRow.KEY),
    ActiveRoleRow: _Sort(ActiveRole, ActiveRoleRow.KEY),
    CpdRow: _Sort(CpdRecord, CpdRow.KEY, {"practice_education": True}),
    ManagerCheckInRow: _Sort(ManagerCheckIn, ManagerCheckInRow.KEY),
    RegistrationCheckRow: _Sort(RegistrationCheck, RegistrationCheckRow.KEY),
    UnavailabilityRow: _Sort(Unavailability, UnavailabilityRow.KEY),
    DevelopmentPlanRow: _Sort(DevelopmentPlan, DevelopmentPlanRow.KEY),
}


def _sort_of(row: EvidenceRow) -> _Sort:
    if isinstance(row, SupportEpisodeRow):
        return _STUDENTS if row.of_student else _LEARNERS
    return _SORTS[type(row)]


_LEVEL_MISSING = Fault(
    "/placement_level",
    "level_missing",
    "Say which placement it was: first, final, additional, repeat_first or repeat_final.",
)
_UNKNOWN_EDUCATOR = Fault(
    "/educator_number",
    "unknown_educator",
    "No educator of this partnership has this registration number. Import educators first.",
)
_WITHDRAWN = Fault("", "withdrawn", "This record was withdrawn; a file does not bring it back.")
_CORRECTED = Fault("", "corrected_since", "The row says what was on record before it was corrected by hand.")


async def apply_evidence(
    session: AsyncSession, scope: ImportScope, rows: Sequence[Row[Any]], _: None, now: datetime
) -> list[Applied]:
    """Record, correct or leave alone what each row is about: a fixed number of statements, however many rows there are."""
    batch = await _Batch.of(session, scope, [row.data for row in rows], now)
    results = [batch.applied(row.data) for row in rows]
    await batch.write()
    return results


class _Batch:
    """Some rows of evidence on their way into the register: their educators, held, and what is on record about them."""

    def __init__(
        self, session: AsyncSession, author: Author, known: Mapping[str, Educator], now: datetime
    ) -> None:
        self.session = session
        self.author = author
        self.now = now
        self.known = known
        self.records: dict[type[Record], dict[_Key, Any]] = {}
        self.earlier: dict[type[Record], dict[_Key, UUID]] = {}
        self.versions: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
        self.counting: dict[tuple[type[Record], UUID], list[Any]] = defaultdict(list)
        self.fresh: list[Any] = []
        self.changes: dict[type[Record], dict[UUID, dict[str, Any]]] = defaultdict(dict)

    @classmethod
    async def of(
        cls, session: AsyncSession, scope: ImportScope, rows: Sequence[EvidenceRow], now: datetime
    ) -> "_Batch":
        """The batch of these rows."""
        author = Author.of_import(scope)
        found = await by_number(session, author.tenant, {row.educator_number for row in rows})
        held = await hold_educators(session, author.tenant, set(found.values())) if found else {}
        batch = cls(session, author, {number: held[id_] for number, id_ in found.items()}, now)
        for sort in {sort.model: sort for sort in map(_sort_of, rows)}.values():
            await batch.read(sort, held.keys())
        return batch

    async def read(self, sort: _Sort, ids: Iterable[UUID]) -> None:
        """What is on record about these educators, and what was before it was corrected, by what tells records apart."""
        whose = {"p_ids": list(ids), "p_kind": sort.model.__tablename__}
        self.records[sort.model] = kept = {}
        for row in await self.session.execute(_of_educators(sort.model), whose):
            kept[sort.key_of(row.educator_id, row._mapping)] = row
            if row.withdrawn_at is None:
                self.counting[sort.model, row.educator_id].append(row)
        self.earlier[sort.model] = earlier = {}
        for version in await self.session.execute(_EARLIER, whose):
            earlier[sort.key_of(version.educator_id, version.facts)] = version.record_id
            self.versions[version.record_id].append(version.facts)

    def applied(self, row: EvidenceRow) -> Applied:
        """What becomes of a row."""
        educator = self.known.get(row.educator_number)
        if educator is None:
            return Applied("invalid", None, (_UNKNOWN_EDUCATOR,))
        if not self.author.may_write_for(educator.organisation_id):
            return Applied("invalid", None, (Fault("/educator_number", *NOT_YOURS),))
        sort = _sort_of(row)
        if sort is _STUDENTS and row.whole["placement_level"] is None:
            return Applied("invalid", None, (_LEVEL_MISSING,))
        key = sort.key_of(educator.id, row.whole)
        record = self.records[sort.model].get(key)
        if record is not None:
            return self._corrected(sort.model, educator, record, as_stored(row.given))
        if key in self.earlier[sort.model]:
            return Applied("unchanged", self.earlier[sort.model][key], (_CORRECTED,))
        return self._added(sort, educator, key, as_stored(row.whole))

    def _added(self, sort: _Sort, educator: Educator, key: _Key, values: Mapping[str, Any]) -> Applied:
        faults = self._faults(sort.model, educator, values, None)
        if faults:
            return Applied("invalid", None, faults)
        by, whole = self.author.subject, {**sort.otherwise, **values}
        record = new_record(sort.model, educator, whole, by=by, now=self.now, source=Source.IMPORTED)
        self.records[sort.model][key] = record
        self.counting[sort.model, educator.id].append(record)
        self.fresh.append(record)
        return Applied("created", record.id)

    def _corrected(
        self, model: type[Record], educator: Educator, record: Any, given: Mapping[str, Any]
    ) -> Applied:
        if record.withdrawn_at is not None:
            return Applied("unchanged", record.id, (_WITHDRAWN,))
        changes = differing(record, given)
        if not changes or getattr(record, "source", None) == Source.PLACEMENTS:
            return Applied("unchanged", record.id)
        if isinstance(record, Record):  # made by another row of this file
            return Applied("duplicate_in_file", None, (_DUPLICATE,))
        if record.reason is not None and any(_says(facts, given) for facts in self.versions[record.id]):
            return Applied("unchanged", record.id, (_CORRECTED,))
        faults = self._faults(model, educator, {**record._mapping, **given}, record)
        if faults:
            return Applied("invalid", None, faults)
        self.changes[model][record.id] = changes
        return Applied("updated", record.id)

    def _faults(
        self, model: type[Record], educator: Educator, values: Mapping[str, Any], but: Any
    ) -> tuple[Fault, ...]:
        others = [each for each in self.counting[model, educator.id] if each is not but]
        today = london_day(self.now)
        return (*faults_in(model, values, today), *faults_beside(model, values, educator, others))

    async def write(self) -> None:
        """Keep what was, write what is, tell it, and look what it means for the educators' currency."""
        touched = list(self.fresh)
        for model, changes in self.changes.items():
            await keep_versions(self.session, model, changes.keys())
            for record in await self.session.scalars(_by_id(model), {"p_ids": list(changes)}):
                overwrite(record, changes[record.id], by=self.author.subject, now=self.now)
                touched.append(record)
        self.session.add_all(self.fresh)
        await self.session.flush()
        owners = {educator.id: educator.organisation_id for educator in self.known.values()}
        episodes = [(each, owners[each.educator_id]) for each in touched if isinstance(each, SupportEpisode)]
        await tell_episodes(self.session, self.author.tenant, episodes, self.now)
        await settle(self.session, self.author.tenant, {each.educator_id for each in touched}, self.now)


def _of_educators(model: type[Record]) -> Select[*tuple[Any, ...]]:
    """Every record about these educators: where two say the same, the one that counts, or the latest, is the last."""
    row = model.__table__.c
    return select(model.__table__).where(row.educator_id == _ANY).order_by(row.withdrawn_at.is_(None), row.id)


def _by_id(model: type[Record]) -> Select[*tuple[Any, ...]]:
    return select(model).where(model.id == _ANY)


def _says(facts: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether the row says just what was on record in an earlier version."""
    return all(facts.get(name) == _as_json(value) for name, value in given.items())


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
