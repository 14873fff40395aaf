"""Every kind of file, broken in every way a clerk breaks files: what is wrong is named, and nothing is changed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text

from services.educators.models import METADATA as EDUCATORS_TABLES
from services.hubs.models import METADATA as HUBS_TABLES
from services.placements.models import METADATA as PLACEMENTS_TABLES
from shared.calendar import LONDON
from shared.db import Database
from tests.journeys.hub import a_hub, planned
from tests.journeys.partnership import Partnership, arrive, confirmed
from tests.journeys.world import World
from tests.principals import headers_for

TABLES = {"placements": PLACEMENTS_TABLES, "educators": EDUCATORS_TABLES, "hubs": HUBS_TABLES}


@dataclass(frozen=True)
class Kind:
    """A good row of a kind, by column; a column with a type, one with a reference (if it has any) and what spoils each."""

    service: str
    name: str
    row: dict[str, str]
    typed: tuple[str, str]
    reference: str | None = None
    required: str = field(default="external_id")


KINDS = (
    Kind(
        "placements",
        "organisations",
        {"external_id": "x", "name": "X", "org_type": "pvi"},
        ("org_type", "bank"),
    ),
    Kind(
        "placements",
        "settings",
        {
            "external_id": "x",
            "organisation": "council",
            "name": "X Team",
            "directorate": "adults",
            "service_area": "hospital",
            "is_frontline": "true",
            "is_statutory": "true",
            "latitude": "50.9",
            "longitude": "-1.4",
        },
        ("latitude", "north"),
        "organisation",
    ),
    Kind(
        "placements",
        "students",
        {
            "external_id": "x",
            "organisation": "north",
            "programme": "MA Social Work",
            "full_name": "X Example",
            "email": "x@example.org",
            "intake_year": "2025",
        },
        ("intake_year", "last"),
        "organisation",
    ),
    Kind(
        "placements",
        "offers",
        {
            "external_id": "x",
            "round": "final",
            "setting": "team-1",
            "places": "1",
            "placement_levels": "final",
            "educator_number": "SW101",
        },
        ("places", "some"),
        "setting",
    ),
    Kind(
        "placements",
        "requests",
        {
            "round": "final",
            "student": "s-2",
            "latitude": "50.9",
            "longitude": "-1.39",
            "can_drive": "false",
            "max_travel_minutes": "45",
            "preference_1": "setting:team-2",
        },
        ("max_travel_minutes", "long"),
        "student",
        required="student",
    ),
    Kind(
        "educators",
        "educators",
        {
            "external_id": "x",
            "social_work_england_number": "SW901",
            "full_name": "X Example",
            "organisation": "council",
            "mode": "on_site",
            "employment": "employed",
            "peps_stage": "stage_2",
            "max_concurrent": "1",
        },
        ("max_concurrent", "few"),
        "organisation",
    ),
    Kind(
        "educators",
        "support-episodes",
        {
            "educator_number": "SW101",
            "learner_kind": "student",
            "placement_level": "first",
            "started_on": "2025-09-01",
            "ended_on": "2025-12-19",
            "days": "70",
            "role": "educator_of_record",
        },
        ("days", "many"),
        "educator_number",
        required="educator_number",
    ),
    Kind(
        "educators",
        "cpd-records",
        {
            "educator_number": "SW101",
            "on": "2026-06-01",
            "title": "X",
            "hours": "3",
            "peer_reflection": "true",
        },
        ("on", "yesterday"),
        "educator_number",
        required="educator_number",
    ),
    Kind(
        "hubs",
        "attendance",
        {"hub": "harbour", "session_on": "2026-09-22", "student": "s-1", "status": "present"},
        ("status", "asleep"),
        "student",
        required="student",
    ),
)


def file_of(columns: list[str], *rows: list[str]) -> bytes:
    return "\n".join(",".join(cells) for cells in (columns, *rows)).encode() + b"\n"


def broken_files(kind: Kind) -> dict[str, tuple[bytes, str]]:
    """What the clerk sends, and the code by which it is told."""
    columns, good = list(kind.row), list(kind.row.values())
    without = [name for name in columns if name != kind.required]
    typed, wrong = kind.typed
    spoilt = list((kind.row | {typed: wrong}).values())
    faults = {
        "a wrong column": (file_of(["colour", *columns[1:]], good), "unknown_column"),
        "a missing column": (file_of(without, [kind.row[name] for name in without]), "missing_column"),
        "a wrong type": (file_of(columns, good, spoilt), f"/{typed}"),
        "the same row twice": (file_of(columns, good, good), "duplicate_in_file"),
        "a line of ten megabytes": (file_of(columns, ["x" * 10_000_000]), "line_too_long"),
        "a NUL": (file_of(columns, good, ["\x00", *good[1:]]), "unreadable_row"),
        "Latin-1": (file_of(columns, good).replace(good[0].encode(), "Zoë".encode("latin-1"), 1), "not_utf8"),
    }
    if kind.reference:
        nowhere = list(
            (kind.row | {kind.reference: "SW999999" if "number" in kind.reference else "nowhere"}).values()
        )
        faults["an unknown reference"] = (file_of(columns, nowhere), f"/{kind.reference}")
    return faults


async def send(world: World, kind: Kind, content: bytes) -> Any:
    claims = world.office.claims
    url = f"http://{kind.service}.test/v1/imports?kind={kind.name}&mode=all_or_nothing&system=records"
    return await world.http.post(
        url, content=content, headers=headers_for(**claims) | {"Content-Type": "text/csv"}
    )


async def everything_in(db: Database, service: str) -> dict[str, int]:
    """How many rows each table has, but for the imports' own."""
    counts = {}
    async with db.read() as connection:
        for metadata in TABLES[service]:
            for table in metadata.tables:
                if not table.startswith(("import", "idempotency", "feed_state")):
                    counts[table] = int(
                        (await connection.execute(text(f'select count(*) from "{table}"'))).scalar_one()
                    )
    return counts


async def prepared(world: World, kind: Kind) -> Partnership:
    """The partnership that the good row fits into; for attendance with a session that has taken place."""
    came = await arrive(world, 6 if kind.service == "hubs" else 1)
    if kind.service == "hubs":
        await confirmed(world, came)
        await world.settle()
        hub = await a_hub(world, came)
        await world.office.post("hubs", "/v1/allocations", {})
        (session,) = await planned(world, hub, 1)
        world.clock.at = datetime.fromisoformat(f"{session['held_on']}T16:00").replace(tzinfo=LONDON)
    return came


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_a_broken_file_says_what_is_wrong_and_changes_nothing(world: World, kind: Kind):
    await prepared(world, kind)
    db = world.databases[kind.service]
    before = await everything_in(db, kind.service)
    for case, (content, expected) in broken_files(kind).items():
        sent = await send(world, kind, content)
        assert sent.status_code == 202, (case, sent.text)
        await world.work(kind.service)
        where = sent.headers["location"]
        outcome = await world.office.get(kind.service, where)
        rows = await world.office.every(kind.service, f"{where}/rows")
        told = [*outcome["faults"], *(fault for row in rows for fault in row["errors"])]
        assert (outcome["status"], outcome["applied"]) == ("rejected", False), (case, outcome)
        assert any(expected in (fault["code"], fault["pointer"]) for fault in told), (case, told)
        assert all(fault["detail"] for fault in told), case
    assert await everything_in(db, kind.service) == before
    empty = await send(world, kind, b"")
    assert (empty.status_code, empty.json()["errors"][0]["code"]) == (422, "empty_file")
