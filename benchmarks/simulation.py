"""A term of 2,000 placements under the policy in force, and under a draft beside it: by HTTP, the queue and the database."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import partnership
from benchmarks.ground import a_database
from benchmarks.tokens import Issuer, verifier
from services.placements.app import create_app
from services.placements.domain.escalation.codes import Act, Outcome, RuleCode
from services.placements.domain.escalation.courses import Course, NotedFacts
from services.placements.domain.escalation.policy import Facts
from services.placements.domain.escalation.replay import Replay
from services.placements.domain.escalation.replayed import Replayed
from services.placements.domain.vocabulary import ConcernAbout
from services.placements.models.concerns import Concern, ConcernAct
from services.placements.models.noticed_facts import NoticedFacts
from services.placements.models.people import Person
from services.placements.models.placements import Placement
from services.placements.operations.escalation_policies import ship_default
from services.placements.queries.escalation_policies import policy_from, shipped_data
from services.placements.settings import Settings
from services.placements.wiring import Wiring, wire
from services.placements.worker import register
from shared.calendar import ENGLAND
from shared.clock import StoppedClock
from shared.ids import new_id

COPIES = 4
PLACEMENTS = partnership.STUDENTS * (COPIES + 1)
STARTS_AT = datetime(2026, 9, 14, 8, tzinfo=UTC)
ENDS_AT = datetime(2027, 2, 5, 17, tzinfo=UTC)
_DAYS = (ENDS_AT - STARTS_AT).days
_TUTORS = 100
_KEPT = {"version": 1, "created_at": STARTS_AT, "updated_at": STARTS_AT}
_OFFICES = ("coordinator", "practice_education_lead", "programme_manager", "panel_chair", "safety_lead")

_MORE = (
    (
        "create temporary table copies on commit drop as select gen_random_uuid() as student_id, gen_random_uuid() as id,"
        " p.id as like_id, p.student_id as like_student_id from placements p, generate_series(1, :copies)"
        " where p.partnership_id = :tenant"
    ),
    (
        "insert into students select (jsonb_populate_record(s, jsonb_build_object('id', c.student_id))).*"
        " from copies c join students s on s.id = c.like_student_id"
    ),
    (
        "insert into placements select (jsonb_populate_record(p, jsonb_build_object('id', c.id, 'student_id', c.student_id,"
        " 'educator_id', gen_random_uuid()))).* from copies c join placements p on p.id = c.like_id"
    ),
)


@dataclass(frozen=True)
class Simulated:
    """How long one took from the request to its result, by the clock and of our CPU, and what was found.

    `progress` is how often more of it was seen done, `missed` how many concerns that there were it would not have opened.
    """

    what: str
    seconds: float
    cpu: float
    progress: int
    facts: int
    opened: int
    false_alarm_share: float
    most_a_day: int
    missed: int


def measure(server: str) -> list[Simulated]:
    """Simulate the draft alone, and beside the policy in force."""
    return asyncio.run(_measure(a_database(server, "placements")))


async def _measure(url: str) -> list[Simulated]:
    tenant = await asyncio.to_thread(partnership.fill, url)
    issuer, clock = Issuer.new(), StoppedClock(ENDS_AT)
    parts = wire(Settings(database_url=url), clock=clock, verifier=verifier(issuer.public()))
    register(parts)
    transport = httpx.ASGITransport(create_app(parts))
    headers = {"Authorization": f"Bearer {issuer.token(tenant)}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://placements", headers=headers) as http:
        async with parts.db.begin() as session:
            facts, manager = await _a_term(session, tenant)
        strict = shipped_data() | {"opening_points": 2}
        body = {"policy": strict, "by_person_id": str(manager)}
        (in_force,) = (await http.get("/v1/escalation-policies")).json()["items"]
        draft = (
            (await http.post("/v1/escalation-policies", json=body, headers=_key())).raise_for_status().json()
        )
        found = [
            await _simulated(parts, http, facts, "in force", in_force["id"], beside=None),
            await _simulated(parts, http, facts, "draft beside it", draft["id"], beside=in_force["id"]),
        ]
    await parts.close()
    return found


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(new_id())}


async def _simulated(
    parts: Wiring, http: httpx.AsyncClient, facts: int, what: str, policy_id: str, *, beside: str | None
) -> Simulated:
    term = {"from": f"{STARTS_AT:%Y-%m-%d}", "to": f"{ENDS_AT:%Y-%m-%d}", "compare_with": beside}
    began, cpu = perf_counter(), process_time()
    asked = await http.post(
        f"/v1/escalation-policies/{policy_id}/simulation", json=term, headers=_key(), timeout=60
    )
    asked.raise_for_status()
    async with parts.queue.app.open_async():
        worked = asyncio.create_task(
            parts.queue.app.run_worker_async(wait=False, install_signal_handlers=False)
        )
        seen: set[int] = set()
        while True:
            shown = (await http.get(asked.headers["location"])).json()
            seen.add(shown["placements_done"])
            if shown["status"] == "completed":
                break
            await asyncio.sleep(0.1)
        seconds, cpu = perf_counter() - began, process_time() - cpu
        await worked
    result = shown["result"]
    opened, share = result["opened"], result["false_alarm_share"]
    most = result["messages"]["most_at_once_in_a_day"]
    return Simulated(what, seconds, cpu, len(seen), facts, opened, share, most, result["missed"])


async def _a_term(session: AsyncSession, tenant: UUID) -> tuple[int, UUID]:
    """Write the record of a term: what was noticed, concerns as the policy in force opened them, and what people did.

    Returns how many facts were noticed, and who may draft a policy.
    """
    for statement in _MORE:
        binds = {"copies": COPIES, "tenant": tenant} if ":tenant" in statement else {}
        await session.execute(text(statement), binds)
    await ship_default(session, STARTS_AT)
    rows = select(Placement).where(Placement.partnership_id == tenant).order_by(Placement.id)
    placements = list((await session.execute(rows)).scalars())
    people = [*_people(placements)]
    await session.execute(insert(Person), people)
    for number, placement in enumerate(placements):
        placement.tutor_person_id = people[number % _TUTORS]["id"]
    draw, policy = Random(11), policy_from(shipped_data())  # noqa: S311 - a seeded draw of synthetic data, no secret
    facts: list[dict[str, Any]] = []
    concerns: list[dict[str, Any]] = []
    acts: list[dict[str, Any]] = []
    for placement in placements:
        noted = tuple(sorted(_noted(draw), key=lambda each: each.at))
        facts += [_fact(placement, each) for each in noted]
        course = Course(placement.id, (1, 2, 3, 4, 5), ENGLAND, {}, noted, ())
        for concern in Replay(policy, course, ENDS_AT).run().concerns:
            made, done = _recorded(draw, placement, concern, len(concerns))
            concerns.append(made)
            acts += done
    await session.flush()
    for model, made_rows in ((NoticedFacts, facts), (Concern, concerns), (ConcernAct, acts)):
        await session.execute(insert(model), made_rows)
    return len(facts), people[_TUTORS]["id"]


def _people(placements: list[Placement]) -> Iterator[dict[str, Any]]:
    first = placements[0]
    kept = {**_KEPT, "partnership_id": first.partnership_id, "educator_id": None, "organisation_id": None}
    for number in range(_TUTORS):
        who = {"full_name": f"Tutor {number}", "email": f"tutor.{number}@example.org", "roles": ["tutor"]}
        yield {"id": new_id(), **kept, **who, "organisation_id": first.university_id}
    for role in _OFFICES:
        yield {"id": new_id(), **kept, "full_name": role, "email": f"{role}@example.org", "roles": [role]}
    for number, placement in enumerate(placements):
        who = {"full_name": f"Educator {number}", "email": f"educator.{number}@example.org"}
        yield {"id": new_id(), **kept, **who, "roles": ["practice_educator"]} | {
            "educator_id": placement.educator_id
        }


def _noted(draw: Random) -> Iterator[NotedFacts]:
    for number in range(draw.choice([0, 2, 4, 8, 12, 20])):
        at = STARTS_AT + timedelta(days=draw.randrange(_DAYS), minutes=draw.randrange(14 * 60))
        rule, facts, about = _a_fact(draw)
        yield NotedFacts(at, rule, facts, about, f"{rule}:{number % 3}", f"{rule}:{number}")


def _a_fact(draw: Random) -> tuple[RuleCode, Facts, ConcernAbout | None]:
    missed = draw.choice([1, 1, 1, 2, 2, 3])
    facts: list[tuple[RuleCode, Facts, ConcernAbout | None]] = [
        (RuleCode.HUB_ABSENCE, {"consecutive_unnotified": missed, "unnotified_of_last_six": missed}, None),
        (RuleCode.DAYS_BEHIND, {"days": draw.randint(1, 14)}, None),
        (RuleCode.SUPERVISION_GAP, {"placement_days_without": draw.randint(8, 17)}, None),
        (RuleCode.REVIEW_RAG, {"amber_sections": draw.randint(0, 3)}, ConcernAbout.WELLBEING),
        (
            RuleCode.STUDENT_FLAG,
            {"is_urgent": draw.choice([True, False, False, False])},
            ConcernAbout.SETTING,
        ),
    ]
    return draw.choices(facts, [40, 20, 15, 17, 8])[0]


def _fact(placement: Placement, noted: NotedFacts) -> dict[str, Any]:
    return {
        "id": new_id(),
        "partnership_id": placement.partnership_id,
        "placement_id": placement.id,
        "rule_code": noted.rule.value,
        "facts": dict(noted.facts),
        "about": noted.about,
        "cause": noted.cause,
        "occurrence": noted.occurrence,
        "clears_cause": False,
        "noticed_at": noted.at,
    }


def _recorded(
    draw: Random, placement: Placement, concern: Replayed, number: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    id_, opened_at = new_id(), concern.opened_at
    acknowledged = opened_at + timedelta(hours=draw.randint(1, 90))
    closed_at = acknowledged + timedelta(days=draw.randint(3, 25))
    outcome = draw.choice(
        [Outcome.RESOLVED, Outcome.RESOLVED, Outcome.ACTION_PLAN, Outcome.FALSE_ALARM]
    ).value
    row = {
        "id": id_,
        "partnership_id": placement.partnership_id,
        "placement_id": placement.id,
        "case_number": f"PC-B-{number}",
        "about": concern.state.about.value,
        "route": concern.route,
        "level": concern.highest.value,
        "status": "closed",
        "cycle": 1,
        "policy": shipped_data(),
        "opened_at": opened_at,
        "level_since": opened_at,
        "outcome": outcome,
        "closed_at": closed_at,
        **_KEPT,
    }
    until = ENGLAND.due_at(acknowledged, 2).isoformat()
    acts = [
        (acknowledged, Act.ACKNOWLEDGED, {"until": until}),
        (acknowledged + timedelta(days=2), Act.MET, {"step": "held"}),
        (closed_at, Act.CLOSED, {"outcome": outcome}),
    ]
    by = {"concern_id": id_, "cycle": 1, "level": row["level"], "by_person_id": new_id(), "by_role": "tutor"}
    return row, [
        {"id": new_id(), "at": at, "act": act.value, "facts": facts, **by} for at, act, facts in acts
    ]
