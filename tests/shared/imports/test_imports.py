"""Imports from the clerk's side: a file goes in, every row is accounted for, and a repeat changes nothing."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from pydantic import Field
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db import Database
from shared.errors import Fault
from shared.http.imports import imports_router
from shared.http.wire import FromText, Name
from shared.ids import new_id
from shared.imports.external_ids import remember, resolve
from shared.imports.kinds import Applied, ImportKind, ImportScope, Row
from shared.imports.run import BATCH, Importer
from tests.principals import headers_for
from tests.shared.http.small_service import a_small_app, calling, things, things_in

PARTNERSHIP = new_id()


class ThingRow(FromText):
    external_id: Name
    name: Name
    count: Annotated[int, Field(ge=0, le=9)] = 0
    on: date | None = None
    tags: list[Name] = Field(default_factory=list)


async def apply(
    session: AsyncSession, scope: ImportScope, rows: Sequence[Row[ThingRow]], facts: Any, now: datetime
) -> list[Applied]:
    known = await resolve(session, scope, "thing", scope.system, [r.data.external_id for r in rows])
    applied = []
    for row in rows:
        if row.data.name == "crash":
            raise ConnectionAbortedError
        if row.data.name == "unknown reference":
            applied.append(
                Applied("invalid", None, (Fault("/name", "unknown_reference", "There is no such thing."),))
            )
            continue
        thing_id = known.get(row.data.external_id)
        if thing_id is None:
            thing_id = new_id()
            values = {"id": thing_id, "partnership_id": scope.tenant, "name": row.data.name, "version": 1}
            await session.execute(insert(things).values(values))
            await remember(session, scope, "thing", scope.system, row.data.external_id, thing_id)
            applied.append(Applied("created", thing_id))
            continue
        changed = update(things).where(things.c.id == thing_id, things.c.name != row.data.name)
        renamed = await session.execute(changed.values(name=row.data.name).returning(things.c.id))
        applied.append(Applied("updated" if renamed.all() else "unchanged", thing_id))
    return applied


THINGS = ImportKind("things", ThingRow, lambda r: r.external_id, apply)


class Queue:
    """Remembers what was queued; the test runs it when it wants."""

    def __init__(self) -> None:
        self.queued: list[UUID] = []

    async def enqueue(self, session: AsyncSession, task: str, **ids: str) -> None:
        assert task == "run_import"
        self.queued.append(UUID(ids["import_id"]))


@dataclass
class Clerk:
    client: httpx.AsyncClient
    importer: Importer
    queue: Queue

    async def send(
        self, content: bytes | str, mode: str = "best_effort", kind: str = "text/csv", **headers: str
    ):
        who = headers_for(partnership_id=PARTNERSHIP, roles=("partnership",), scopes=("imports:write",))
        body = content.encode() if isinstance(content, str) else content
        url = f"/v1/imports?kind=things&mode={mode}"
        return await self.client.post(url, content=body, headers=who | {"content-type": kind} | headers)

    async def see(self, path: str) -> httpx.Response:
        who = headers_for(partnership_id=PARTNERSHIP, roles=("partnership",), scopes=("imports:write",))
        return await self.client.get(path, headers=who)

    async def bring(self, content: bytes | str, mode: str = "best_effort", kind: str = "text/csv") -> dict:
        sent = await self.send(content, mode, kind)
        assert sent.status_code == 202, sent.text
        while self.queue.queued:
            await self.importer.run(self.queue.queued.pop())
        return dict((await self.see(sent.headers["location"])).json())

    async def rows(self, done: dict) -> list[dict]:
        return list((await self.see(f"/v1/imports/{done['id']}/rows?limit=200")).json()["items"])


@pytest.fixture
async def clerk(kit_db: Database, stopped_clock) -> AsyncIterator[Clerk]:
    app = await a_small_app(kit_db)
    app.include_router(imports_router({"things": THINGS}))
    conflicts = {"thing_name_taken": ("name_taken", "Another thing has this name.")}
    queue = Queue()
    app.state.wiring = replace(app.state.wiring, queue=queue)
    async with calling(app) as client:
        yield Clerk(client, Importer(kit_db, stopped_clock, {"things": THINGS}, conflicts), queue)


HEADER = "external_id,name,count,on,tags\n"


async def test_a_good_file_is_applied_and_the_same_file_again_changes_nothing(clerk, kit_db):
    file = HEADER + 'A1,first,1,2026-09-07,a|b\nA2,"second, with comma",,,\n'
    done = await clerk.bring(file)
    assert (done["status"], done["applied"], done["counts"]) == ("completed", True, {"created": 2})
    again = await clerk.bring(file)
    assert again["counts"] == {"unchanged": 2}
    changed = await clerk.bring("name,external_id\r\nanother,A1\r\n")
    assert changed["counts"] == {"updated": 1}
    assert await things_in(kit_db) == 2


async def test_best_effort_keeps_the_good_rows_and_names_the_column_of_each_bad_one(clerk, kit_db):
    rows = [
        "A1,one,1,,",
        "A2,two,ten,,",
        "A3,unknown reference,,,",
        "A1,again,,,",
        "A5,one,,,",
        "A6,too,many,cells,a,b",
    ]
    done = await clerk.bring(HEADER + "\n".join(rows) + "\n")
    assert done["counts"] == {"created": 1, "invalid": 3, "duplicate_in_file": 1, "conflict": 1}
    seen = {
        r["number"]: (r["result"], [(e["pointer"], e["code"]) for e in r["errors"]])
        for r in await clerk.rows(done)
    }
    assert seen == {
        1: ("created", []),
        2: ("invalid", [("/count", "int_parsing")]),
        3: ("invalid", [("/name", "unknown_reference")]),
        4: ("duplicate_in_file", [("", "duplicate_in_file")]),
        5: ("conflict", [("", "name_taken")]),
        6: ("invalid", [("", "wrong_number_of_cells")]),
    }
    errors = await clerk.see(f"/v1/imports/{done['id']}/errors.csv")
    assert errors.text.splitlines()[:2] == [
        "row,result,column,code,detail",
        '2,invalid,count,int_parsing,"Input should be a valid integer, unable to parse string as an integer"',
    ]
    assert "ten" not in errors.text
    assert await things_in(kit_db) == 1


@pytest.mark.parametrize("mode", ["all_or_nothing", "validate_only"])
async def test_one_bad_row_and_nothing_is_changed(clerk, kit_db, mode):
    done = await clerk.bring(HEADER + "A1,one,1,,\nA2,one,1,,\nA3,three,77,,\n", mode)
    assert (done["status"], done["applied"]) == ("rejected", False)
    assert done["counts"] == {"created": 1, "conflict": 1, "invalid": 1}
    assert await things_in(kit_db) == 0


async def test_validate_only_never_changes_anything_and_all_or_nothing_does_when_all_is_good(clerk, kit_db):
    good = HEADER + "A1,one,1,,\n"
    assert (await clerk.bring(good, "validate_only"))["counts"] == {"created": 1}
    assert await things_in(kit_db) == 0
    assert (await clerk.bring(good, "all_or_nothing"))["applied"] is True
    assert await things_in(kit_db) == 1


FILE_FAULTS = {
    "an unknown column": (b"external_id,name,colour\nA1,one,red\n", "unknown_column"),
    "a file without its header": (b"A1,Alex Example\nA2,Bo\n", "unknown_column"),
    "a column that stands twice": (b"external_id,name,name\nA1,one,one\n", "column_twice"),
    "a missing column": (b"external_id\nA1\n", "missing_column"),
    "Latin-1": ("external_id,name\nA1,Zoë\n".encode("latin-1"), "not_utf8"),
    "UTF-16": ("external_id,name\nA1,one\n".encode("utf-16"), "not_utf8"),
    "a line of ten megabytes": (b"external_id,name\nA1," + b"x" * 10_000_000 + b"\n", "line_too_long"),
    "a quotation mark that is never closed": (b'external_id,name\nA1,"one\nA2,two\n', "quote_not_closed"),
    "only empty lines": (b"\n\n\n", "empty_file"),
}


@pytest.mark.parametrize("mode", ["all_or_nothing", "best_effort"])
@pytest.mark.parametrize("case", FILE_FAULTS)
async def test_a_file_that_cannot_be_read_says_why(clerk, kit_db, case, mode):
    content, code = FILE_FAULTS[case]
    done = await clerk.bring(content, mode)
    assert (done["status"], done["applied"]) == ("rejected", False)
    assert [f["code"] for f in done["faults"]] == [code]
    assert "Alex" not in str(done)
    assert await things_in(kit_db) == 0


async def test_an_empty_file_is_refused_at_the_door(clerk):
    refused = await clerk.send(b"")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "empty_file")


async def test_a_nul_spoils_its_row_only(clerk, kit_db):
    done = await clerk.bring(b"external_id,name\nA1,o\x00ne\nA2,two\n")
    assert done["counts"] == {"invalid": 1, "created": 1}


async def test_ndjson_has_the_same_members(clerk):
    lines = [
        '{"external_id": "A1", "name": "one", "tags": ["a", "b"]}',
        "",
        "[]",
        "{",
        '{"external_id": "A2", "nam": 1}',
    ]
    done = await clerk.bring("\n".join(lines), kind="application/x-ndjson")
    assert done["counts"] == {"created": 1, "invalid": 3}
    codes = [[e["code"] for e in r["errors"]] for r in await clerk.rows(done)]
    assert codes == [[], ["not_an_object"], ["json_invalid"], ["missing", "extra_forbidden"]]


async def test_a_file_of_another_kind_is_refused(clerk):
    assert (await clerk.send(b"{}", kind="application/json")).status_code == 415


async def test_the_same_upload_with_the_same_key_is_one_import(clerk):
    first = await clerk.send(HEADER + "A1,one,,,\n", **{"Idempotency-Key": "upload-1"})
    again = await clerk.send(HEADER + "A1,one,,,\n", **{"Idempotency-Key": "upload-1"})
    other = await clerk.send(HEADER + "A1,two,,,\n", **{"Idempotency-Key": "upload-1"})
    assert (again.json()["id"], again.headers["idempotent-replayed"]) == (first.json()["id"], "true")
    assert other.status_code == 422
    assert len(clerk.queue.queued) == 1
    assert len((await clerk.see("/v1/imports")).json()["items"]) == 1


async def test_an_import_that_is_cut_off_goes_on_where_it_was(clerk, kit_db):
    rows = [f"A{n},thing {n},,," for n in range(2 * BATCH + 10)]
    rows[BATCH + 5] = "A205,crash,,,"
    sent = await clerk.send(HEADER + "\n".join(rows))
    import_id = clerk.queue.queued.pop()

    async def cut_off(session, scope, batch, facts, now):
        if any(r.data.name == "crash" for r in batch):
            raise SystemExit
        return await apply(session, scope, batch, facts, now)

    dying = replace(clerk.importer, kinds={"things": replace(THINGS, apply=cut_off)})
    with pytest.raises(SystemExit):
        await dying.run(import_id)
    half = (await clerk.see(sent.headers["location"])).json()
    assert (half["status"], half["rows_done"]) == ("running", BATCH)

    async def mended(session, scope, batch, facts, now):
        batch = [replace(r, data=r.data.model_copy(update={"name": f"mended {r.number}"})) for r in batch]
        return await apply(session, scope, batch, facts, now)

    await replace(clerk.importer, kinds={"things": replace(THINGS, apply=mended)}).run(import_id)
    done = (await clerk.see(sent.headers["location"])).json()
    assert (done["status"], done["counts"]) == ("completed", {"created": 2 * BATCH + 10})
    assert await things_in(kit_db) == 2 * BATCH + 10
    async with kit_db.read() as connection:
        mended_rows = select(func.count()).select_from(things).where(things.c.name.like("mended%"))
        assert (await connection.execute(mended_rows)).scalar_one() == BATCH + 10


async def test_our_own_failure_ends_the_import_and_says_it_is_ours(clerk, kit_db):
    done = await clerk.bring(HEADER + "A1,one,,,\nA2,crash,,,\n", "all_or_nothing")
    assert (done["status"], done["faults"][0]["code"]) == ("rejected", "internal_error")
    assert await things_in(kit_db) == 0


async def test_every_row_is_accounted_for_exactly_once(clerk):
    done = await clerk.bring(HEADER + "\n".join(f"A{n % 300},n{n},{n % 11},," for n in range(450)))
    rows, cursor = [], None
    while True:
        page = (
            await clerk.see(
                f"/v1/imports/{done['id']}/rows?limit=200" + (f"&cursor={cursor}" if cursor else "")
            )
        ).json()
        rows += page["items"]
        if not (cursor := page["next_cursor"]):
            break
    assert [r["number"] for r in rows] == list(range(1, 451))
    assert Counter(r["result"] for r in rows) == done["counts"]
