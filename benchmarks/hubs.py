"""Ten seasons of registers, 500,000 entries: taking one more, and a student's history, beside the bare SQL for each."""

import base64
import json
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from uuid import UUID

import httpx
import psycopg

from benchmarks.ground import a_database
from benchmarks.load import HOST
from benchmarks.serving import Served, served
from benchmarks.tokens import Issuer
from services.development.addresses import conninfo
from shared.ids import new_id

HUBS, MEMBERS, SESSIONS = 3907, 8, 16
"""Hubs of a hundred days each: 3,907 x 8 x 16 is 500,096 entries."""

REGISTERS = 100
"""Registers taken in one run, and histories read."""

_FILL = (
    """insert into hubs (id, partnership_id, name, cadence, weekday, starts_at, minutes, capacity_min, capacity_target,
    capacity_hard, facilitator_assesses_members, starts_on, created_at, updated_at)
    select md5('h' || h)::uuid, %(tenant)s, 'Hub ' || h, 'weekly', 2, '09:30', 90, 4, 8, 9, false, '2016-01-05', now(), now()
    from generate_series(1, %(hubs)s) h""",
    """insert into candidates (id, partnership_id, placement_id, student_id, student_external_ids, university_id,
    organisation_id, setting_id, placement_level, status, starts_on, ends_on, weekdays, created_at, updated_at)
    select md5('c' || h || '-' || m)::uuid, %(tenant)s, md5('p' || h || '-' || m)::uuid, md5('s' || h || '-' || m)::uuid,
    '[]', md5('u' || m %% 2)::uuid, md5('o' || h %% 12)::uuid, md5('t' || h)::uuid, 'final', 'active', '2016-01-05',
    '2016-07-01', '[]', now(), now() from generate_series(1, %(hubs)s) h, generate_series(1, %(members)s) m""",
    """insert into memberships (id, partnership_id, hub_id, placement_id, student_id, university_id, organisation_id,
    joined_on, why, created_at, updated_at)
    select md5('m' || h || '-' || m)::uuid, %(tenant)s, md5('h' || h)::uuid, md5('p' || h || '-' || m)::uuid,
    md5('s' || h || '-' || m)::uuid, md5('u' || m %% 2)::uuid, md5('o' || h %% 12)::uuid, '2016-01-05', '{}', now(), now()
    from generate_series(1, %(hubs)s) h, generate_series(1, %(members)s) m""",
    """insert into sessions (id, partnership_id, hub_id, number, kind, held_on, begins_at, minutes, recorded_at,
    register_version, created_at, updated_at)
    select md5('n' || h || '-' || n)::uuid, %(tenant)s, md5('h' || h)::uuid, n, 'reflective_skills',
    date '2016-01-05' + 7 * n, timestamptz '2016-01-05 09:30Z' + n * interval '7 days', 90,
    case when n <= %(sessions)s then now() end, (n <= %(sessions)s)::int, now(), now()
    from generate_series(1, %(hubs)s) h, generate_series(1, %(sessions)s + 2) n""",
    """insert into attendance (id, partnership_id, session_id, membership_id, hub_id, placement_id, student_id, held_on,
    status, version, recorded_by, recorded_at)
    select md5('a' || h || '-' || n || '-' || m)::uuid, %(tenant)s, md5('n' || h || '-' || n)::uuid,
    md5('m' || h || '-' || m)::uuid, md5('h' || h)::uuid, md5('p' || h || '-' || m)::uuid, md5('s' || h || '-' || m)::uuid,
    date '2016-01-05' + 7 * n, 'present', 1, 'office', now()
    from generate_series(1, %(hubs)s) h, generate_series(1, %(sessions)s) n, generate_series(1, %(members)s) m""",
)
_ENTRY = """insert into attendance (id, partnership_id, session_id, membership_id, hub_id, placement_id, student_id, held_on,
    status, version, recorded_by, recorded_at)
    select gen_random_uuid(), partnership_id, %(session)s, id, hub_id, placement_id, student_id, '2016-05-10', 'present', 1,
    'office', now() from memberships where partnership_id = %(tenant)s and hub_id = %(hub)s"""
_TAKEN = "update sessions set recorded_at = now(), register_version = 1 where id = %(session)s"
_HISTORY = """select id, session_id, hub_id, placement_id, student_id, held_on, status, version, recorded_at
    from attendance where partnership_id = %(tenant)s and student_id = %(student)s order by id limit 51"""


@dataclass(frozen=True)
class Compared:
    """One question: our median and 95th percentile over HTTP and the bare SQL's, in milliseconds."""

    what: str
    ours: tuple[float, float]
    bare: tuple[float, float]


def measure(server: str) -> Iterator[Compared]:
    """Take registers and read histories, ours and the bare statement in turn, one at a time."""
    url, tenant, issuer = a_database(server, "hubs"), new_id(), Issuer.new()
    fill(url, tenant)
    master_key = base64.b64encode(secrets.token_bytes(32)).decode()
    told = {"BENCH_DATABASE_URL": url, "BENCH_KEY": issuer.public(), "HUBS_MASTER_KEY": master_key}
    headers = {"Authorization": f"Bearer {issuer.token(tenant)}", "Content-Type": "application/json"}
    with (
        tempfile.TemporaryDirectory() as folder,
        served("hubs", told, Path(folder) / "log") as hubs,
        httpx.Client(timeout=60, trust_env=False, headers=headers) as http,
        psycopg.connect(conninfo(url)) as connection,
    ):
        yield _registers(hubs, http, connection, tenant)
        yield _histories(hubs, http, connection, tenant)


def fill(url: str, tenant: UUID) -> None:
    """Ten seasons of one partnership, the last two sessions of each hub still without a register."""
    sizes = {"tenant": tenant, "hubs": HUBS, "members": MEMBERS, "sessions": SESSIONS}
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for statement in _FILL:
            connection.execute(statement, sizes)
        connection.execute("vacuum analyze")


def _registers(
    hubs: Served, http: httpx.Client, connection: psycopg.Connection[Any], tenant: UUID
) -> Compared:
    ours: list[float] = []
    bare: list[float] = []
    for hub in range(1, REGISTERS + 1):
        ids = _ids(connection, hub)
        members = [{"student_id": each, "status": "present"} for each in ids["students"]]
        path = f"http://{HOST}:{hubs.port}/v1/sessions/{ids['ours']}/attendance"
        body = json.dumps({"records": members})
        connection.commit()
        ours += _timed(lambda path=path, body=body: http.put(path, content=body).raise_for_status())
        values = {"session": ids["bare"], "tenant": tenant, "hub": ids["hub"]}
        bare += _timed(lambda values=values: _take(connection, values))
    return Compared("a register of 8 taken", _shape(ours), _shape(bare))


_IDS = """select json_build_object('hub', md5('h' || %(hub)s::text)::uuid,
    'ours', md5('n' || %(hub)s::text || '-' || %(first)s::text)::uuid,
    'bare', md5('n' || %(hub)s::text || '-' || (%(first)s::int + 1)::text)::uuid,
    'students', (select json_agg(md5('s' || %(hub)s::text || '-' || m)::uuid) from generate_series(1, 8) m))"""


def _ids(connection: psycopg.Connection[Any], hub: int) -> dict[str, Any]:
    (found,) = connection.execute(_IDS, {"hub": hub, "first": SESSIONS + 1}).fetchall()
    ids: dict[str, Any] = found[0]
    return ids


def _take(connection: psycopg.Connection[Any], values: dict[str, object]) -> None:
    connection.execute(_ENTRY, values)
    connection.execute(_TAKEN, values)
    connection.commit()


def _histories(
    hubs: Served, http: httpx.Client, connection: psycopg.Connection[Any], tenant: UUID
) -> Compared:
    ours: list[float] = []
    bare: list[float] = []
    for hub in range(1000, 1000 + REGISTERS):
        ids = _ids(connection, hub)
        student = ids["students"][0]
        path = f"http://{HOST}:{hubs.port}/v1/attendance?student_id={student}"
        ours += _timed(lambda path=path: http.get(path).raise_for_status())
        values = {"tenant": tenant, "student": student}
        bare += _timed(lambda values=values: connection.execute(_HISTORY, values).fetchall())
    return Compared("a student's history", _shape(ours), _shape(bare))


def _timed(work: Any) -> Iterator[float]:
    began = perf_counter()
    work()
    yield (perf_counter() - began) * 1000


def _shape(took: list[float]) -> tuple[float, float]:
    return median(took), quantiles(took, n=20)[-1]
