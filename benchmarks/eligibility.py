"""Eligibility of 2,000 educators with ten years of evidence in one call, beside the bare reading of all of it."""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID

import httpx
import psycopg
from sqlalchemy import create_engine, insert, text

from benchmarks.ground import a_database
from benchmarks.load import HOST
from benchmarks.partnership import ADDED_AT, STARTS_ON
from benchmarks.serving import served
from benchmarks.tokens import Issuer
from services.development.addresses import conninfo
from services.educators.models.educators import Educator
from services.educators.models.evidence import (
    ActiveRole,
    CpdRecord,
    LearnerEpisode,
    ManagerCheckIn,
    RegistrationCheck,
    SupportEpisode,
)
from shared.ids import new_id

EDUCATORS = 2000
STUDENTS, LEARNERS, ROLES, CPD, CHECK_INS, CHECKS = 15, 8, 2, 40, 20, 15
"""Records of each kind in ten years: a hundred for each educator, 200,000 in all."""

TABLES = (
    "educators",
    "support_episodes",
    "learner_episodes",
    "active_roles",
    "cpd_records",
    "manager_check_ins",
    "registration_checks",
    "seats",
)
_YEARS = 3650


@dataclass(frozen=True)
class Batch:
    """Seconds: the whole call over HTTP, the server's CPU for it, and the bare reading of the same rows."""

    call: float
    cpu: float
    reading: float


def measure(server: str, rounds: int) -> Batch:
    """Ask about all educators some times over; each reading of the rows stands next to a call."""
    url = a_database(server, "educators")
    tenant = new_id()
    ids = _fill(url, tenant)
    issuer = Issuer.new()
    told = {"BENCH_DATABASE_URL": url, "BENCH_KEY": issuer.public()}
    headers = {"Authorization": f"Bearer {issuer.token(tenant)}", "Content-Type": "application/json"}
    shape = {"placement_level": "final", "starts_on": "2026-09-21", "ends_on": "2027-02-26"}
    body = json.dumps({"placement": shape, "educator_ids": [str(each) for each in ids]})
    calls: list[float] = []
    readings: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        served("educators", told, Path(folder) / "log") as educators,
        httpx.Client(timeout=60, trust_env=False, headers=headers) as http,
    ):
        address = f"http://{HOST}:{educators.port}/v1/eligibility-decisions"
        http.post(address, content=body).raise_for_status()
        before = educators.cpu()
        for _ in range(rounds):
            calls += _timed(lambda: http.post(address, content=body).raise_for_status())
            readings += _timed(lambda: _read_all(url, tenant))
        return Batch(median(calls), (educators.cpu() - before) / rounds, median(readings))


def _timed(work: Any) -> Iterator[float]:
    began = perf_counter()
    work()
    yield perf_counter() - began


def _read_all(url: str, tenant: UUID) -> None:
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for table in TABLES:
            statement = psycopg.sql.SQL("select * from {} where partnership_id = %s")
            connection.execute(statement.format(psycopg.sql.Identifier(table)), [tenant]).fetchall()


def _fill(url: str, tenant: UUID) -> list[UUID]:
    kept = {"partnership_id": tenant, "created_at": ADDED_AT}
    changing = {**kept, "updated_at": ADDED_AT, "version": 1}
    organisation = new_id()
    educators = [_educator(number, organisation) | changing for number in range(1, EDUCATORS + 1)]
    ids = [educator["id"] for educator in educators]
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(insert(Educator), educators)
            for model, count, record, has_versions in _EVIDENCE:
                same = changing if has_versions else kept
                for nth in range(count):
                    day = STARTS_ON - timedelta(days=30 + nth * _YEARS // count)
                    rows = [record(each, day) | same for each in ids]
                    connection.execute(insert(model), rows)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
    finally:
        engine.dispose()
    return ids


def _educator(number: int, organisation: UUID) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation_id": organisation,
        "social_work_england_number": f"SW{number}",
        "full_name": f"Educator {number}",
        "mode": "on_site",
        "employment": "employed",
        "peps_stage": "stage_2",
        "currency_status": "unverified",
    }


def _student(educator_id: UUID, last: date) -> dict[str, Any]:
    return {
        "id": new_id(),
        "educator_id": educator_id,
        "placement_level": "final",
        "role": "educator_of_record",
        "started_on": last - timedelta(days=150),
        "ended_on": last,
        "days": 100,
        "planned_days": 100,
        "midway_reported": True,
        "ending": "completed",
        "source": "reported",
    }


def _learner(educator_id: UUID, last: date) -> dict[str, Any]:
    return {
        "id": new_id(),
        "educator_id": educator_id,
        "learner_kind": "asye",
        "started_on": last - timedelta(days=300),
        "ended_on": last,
        "assessed_against_pcf": True,
        "source": "reported",
    }


def _role(educator_id: UUID, last: date) -> dict[str, Any]:
    return {
        "id": new_id(),
        "educator_id": educator_id,
        "role_kind": "teaches_programme",
        "started_on": last - timedelta(days=900),
        "ended_on": last,
    }


def _cpd(educator_id: UUID, on: date) -> dict[str, Any]:
    return {
        "id": new_id(),
        "educator_id": educator_id,
        "on": on,
        "title": "Supervision",
        "practice_education": True,
        "peer_reflection": True,
        "source": "reported",
    }


def _check_in(educator_id: UUID, on: date) -> dict[str, Any]:
    return {"id": new_id(), "educator_id": educator_id, "on": on, "confirmed": True}


def _check(educator_id: UUID, on: date) -> dict[str, Any]:
    return {
        "id": new_id(),
        "educator_id": educator_id,
        "checked_on": on,
        "status": "registered",
        "restriction": "none",
    }


_EVIDENCE: tuple[tuple[Any, int, Callable[[UUID, date], dict[str, Any]], bool], ...] = (
    (SupportEpisode, STUDENTS, _student, True),
    (LearnerEpisode, LEARNERS, _learner, True),
    (ActiveRole, ROLES, _role, False),
    (CpdRecord, CPD, _cpd, True),
    (ManagerCheckIn, CHECK_INS, _check_in, False),
    (RegistrationCheck, CHECKS, _check, False),
)
"""Of each kind: how many, one of them by its day, and whether it has versions."""
