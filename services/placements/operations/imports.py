"""What placements imports: organisations, settings, students, offers and requests.

Each file is taken over under the sender's names for things. A reference that is not known is a fault of its row and column.
An identical second import changes nothing and tells nobody.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.operations.authors import Author
from services.placements.operations.import_drafts import UNKNOWN, Draft, draft_of, referred, take
from services.placements.operations.import_rows import (
    OfferRow,
    OrganisationRow,
    RequestRow,
    SettingRow,
    StudentRow,
    educator_numbers,
    pair,
)
from services.placements.operations.offers import OFFER
from services.placements.operations.organisations import ORGANISATION
from services.placements.operations.programmes import PROGRAMME, ensure
from services.placements.operations.requests import REQUEST
from services.placements.operations.rounds import ROUND
from services.placements.operations.settings import SETTING
from services.placements.operations.students import STUDENT
from services.placements.queries import programmes
from services.placements.queries.requests import of_students
from shared.errors import Fault
from shared.imports.kinds import Applied, ImportKind, ImportScope, Row

Lookup = Callable[[UUID, Collection[str]], Awaitable[dict[str, UUID]]]
"""(partnership, Social Work England numbers) -> the educators who have them."""

PROGRAMME_ADDED = Fault(
    "/programme",
    "programme_added",
    "The programme was not known and was added with the route other; check its name.",
)


async def _organisations(
    session: AsyncSession, scope: ImportScope, rows: Sequence[Row[Any]], _: Any, now: datetime
) -> list[Applied]:
    return await take(session, scope, ORGANISATION, [draft_of(row, without=()) for row in rows], now)


async def _settings(
    session: AsyncSession, scope: ImportScope, rows: Sequence[Row[SettingRow]], _: Any, now: datetime
) -> list[Applied]:
    author = Author.of_import(scope)
    hosts = await referred(
        session, author, scope.system, ORGANISATION, {row.data.organisation for row in rows}
    )
    drafts = []
    for row in rows:
        draft = draft_of(row, without=("organisation",))
        found = hosts.get(row.data.organisation)
        draft.refer("organisation_id", found, at="organisation", what="organisation")
        drafts.append(draft)
    return await take(session, scope, SETTING, drafts, now)


async def _students(
    session: AsyncSession, scope: ImportScope, rows: Sequence[Row[StudentRow]], _: Any, now: datetime
) -> list[Applied]:
    author = Author.of_import(scope)
    schools = await referred(
        session, author, scope.system, ORGANISATION, {row.data.organisation for row in rows}
    )
    drafts = []
    for row in rows:
        draft = draft_of(row, without=("organisation", "programme"))
        found = schools.get(row.data.organisation)
        draft.refer("organisation_id", found, at="organisation", what="organisation")
        drafts.append(draft)
    await _refer_to_programmes(session, author, scope.system, list(zip(rows, drafts, strict=True)), now)
    return await take(session, scope, STUDENT, drafts, now)


async def _refer_to_programmes(
    session: AsyncSession,
    author: Author,
    system: str,
    pairs: Sequence[tuple[Row[StudentRow], Draft]],
    now: datetime,
) -> None:
    """Find each row's programme by external id or by name; add the ones that are new, where the sender may."""
    wanted = [(row.data.programme, draft) for row, draft in pairs if row.data.programme and not draft.faults]
    cells = {cell for cell, _ in wanted}
    by_id = await referred(session, author, system, PROGRAMME, cells)
    by_name = await programmes.named(session, author.tenant, cells)
    found = {
        (draft.values["organisation_id"], cell): by_id.get(cell)
        or by_name.get((draft.values["organisation_id"], cell))
        for cell, draft in wanted
    }
    new = {key for key, id_ in found.items() if id_ is None and author.may_write(key[0])}
    added = await ensure(session, author, new, now)
    for cell, draft in wanted:
        key = (draft.values["organisation_id"], cell)
        draft.refer("programme_id", found[key] or added.get(key), at="programme", what="programme")
        draft.notes += [PROGRAMME_ADDED] if key in new else []


async def _offers(
    session: AsyncSession,
    scope: ImportScope,
    rows: Sequence[Row[OfferRow]],
    educators: Mapping[str, UUID],
    now: datetime,
) -> list[Applied]:
    author = Author.of_import(scope)
    rounds = await referred(session, author, scope.system, ROUND, {row.data.round for row in rows})
    settings = await referred(session, author, scope.system, SETTING, {row.data.setting for row in rows})
    drafts = []
    for row in rows:
        data = row.data
        draft = draft_of(row, without=("round", "setting", "educator_number"))
        draft.refer("round_id", rounds.get(data.round), at="round", what="round")
        draft.refer("setting_id", settings.get(data.setting), at="setting", what="setting")
        if data.educator_number:
            found = educators.get(data.educator_number)
            draft.refer("educator_id", found, at="educator_number", what="practice educator")
        drafts.append(draft)
    return await take(session, scope, OFFER, drafts, now)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the cells of a batch of requests refer to, by kind and cell."""

    found: Mapping[str, Mapping[str, UUID]]

    def of(self, draft: Draft, column: str, kind: str, value: str) -> str | None:
        """The id as text, or a fault at the column."""
        id_ = self.found[kind].get(value.upper() if kind == "educator" else value)
        if id_ is None:
            draft.faults.append(Fault(f"/{column}", "unknown_reference", UNKNOWN.format(what=kind)))
        return str(id_)


async def _requests(
    session: AsyncSession,
    scope: ImportScope,
    rows: Sequence[Row[RequestRow]],
    educators: Mapping[str, UUID],
    now: datetime,
) -> list[Applied]:
    author = Author.of_import(scope)
    cells: dict[str, set[str]] = {kind: set() for kind in _REFERRED}
    for row in rows:
        for kind, cell in _references_in(row.data):
            cells.get(kind, set()).add(cell)
    found = {k: await referred(session, author, scope.system, _REFERRED[k], cells[k]) for k in _REFERRED}
    names = _Names({**found, "educator": educators})
    drafts = [_request(row, names) for row in rows]
    pairs = {_key_of(draft) for draft in drafts if not draft.faults}
    existing = await of_students(session, author.tenant, pairs)
    for draft in drafts:
        draft.id = None if draft.faults else existing.get(_key_of(draft))
    return await take(session, scope, REQUEST, drafts, now)


_REFERRED = {
    "round": ROUND,
    "student": STUDENT,
    "setting": SETTING,
    "organisation": ORGANISATION,
    "offer": OFFER,
}


def _references_in(data: RequestRow) -> list[tuple[str, str]]:
    wishes = [(kind, value) for _, kind, value in data.wishes]
    cells = [*data.conflicts, *data.previous]
    return [("round", data.round), ("student", data.student), *wishes, *map(pair, cells)]


def _key_of(draft: Draft) -> tuple[UUID, UUID]:
    return draft.values["round_id"], draft.values["student_id"]


def _request(row: Row[RequestRow], names: _Names) -> Draft:
    data = row.data
    wishes = {f"preference_{rank}" for rank in range(1, 11)}
    draft = draft_of(row, without={"round", "student", "conflicts", "previous", *wishes})
    draft.refer("round_id", names.found["round"].get(data.round), at="round", what="round")
    draft.refer("student_id", names.found["student"].get(data.student), at="student", what="student")
    if data.wishes:
        draft.values["preferences"] = [_wish(draft, names, *wish) for wish in data.wishes]
    if data.conflicts:
        clashes = [
            (kind, names.of(draft, "conflicts", kind, value)) for kind, value in map(pair, data.conflicts)
        ]
        draft.values["conflicts"] = [{"kind": kind, "id": id_} for kind, id_ in clashes]
    if data.previous:
        draft.values["previous"] = [_earlier(draft, names, *pair(cell)) for cell in data.previous]
    return draft


def _wish(draft: Draft, names: _Names, rank: int, kind: str, value: str) -> dict[str, Any]:
    by_id = kind in ("offer", "setting")
    spoken_of = names.of(draft, f"preference_{rank}", kind, value) if by_id else value
    return {"rank": rank, "kind": kind, "value": spoken_of}


def _earlier(draft: Draft, names: _Names, kind: str, value: str) -> dict[str, Any]:
    if kind == "directorate":
        return {"directorate": value}
    return {f"{kind}_id": names.of(draft, "previous", kind, value)}


def _by_name(row: OrganisationRow | SettingRow | StudentRow | OfferRow) -> object:
    return row.external_id


def _by_round_and_student(row: RequestRow) -> object:
    return row.round, row.student


def kinds(lookup: Lookup) -> dict[str, ImportKind[Any]]:
    """The kinds of file that placements imports. `lookup` asks the educators service before the transaction."""

    async def educators(scope: ImportScope, rows: Sequence[Row[Any]]) -> dict[str, UUID]:
        numbers = {number for row in rows for number in educator_numbers(row.data)}
        return await lookup(scope.tenant, numbers) if numbers else {}

    all_kinds: tuple[ImportKind[Any], ...] = (
        ImportKind("organisations", OrganisationRow, _by_name, _organisations),
        ImportKind("settings", SettingRow, _by_name, _settings),
        ImportKind("students", StudentRow, _by_name, _students),
        ImportKind("offers", OfferRow, _by_name, _offers, educators),
        ImportKind("requests", RequestRow, _by_round_and_student, _requests, educators),
    )
    return {kind.name: kind for kind in all_kinds}
