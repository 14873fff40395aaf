"""A round on its way from inputs to answers, as tests of the season need it."""

from typing import Any

import httpx
from sqlalchemy import select

from services.placements.jobs.run_match import run_match
from services.placements.jobs.run_repair import run_repair
from services.placements.models.match_runs import MatchRun
from services.placements.models.proposals import Proposal
from services.placements.wiring import Wiring
from shared.db import Database
from shared.ids import new_id
from tests.placements.callers import EVERY_SCOPE, member, office
from tests.placements.factories import Partnership, a_request, a_student, kept

SCOPES = (*EVERY_SCOPE, "matching:run")
"""What a coordinator of the partnership's office may do."""

ANY = {"If-Match": "*"}


async def matched(client, wired, partnership: Partnership) -> dict:
    """A completed run of the partnership's round."""
    asked = await client.post(
        f"/v1/rounds/{partnership.round.id}/match-runs", json={}, headers=office(partnership.id, SCOPES)
    )
    assert asked.status_code == 202, asked.text
    async with wired.db.read() as connection:
        run_id = (
            await connection.execute(select(MatchRun.id).order_by(MatchRun.id.desc()).limit(1))
        ).scalar_one()
    await run_match(wired, run_id)
    done = await client.get(asked.headers["location"], headers=office(partnership.id, SCOPES))
    return {**done.json(), "etag": done.headers["etag"], "url": asked.headers["location"]}


async def published(client, wired, partnership: Partnership) -> list[dict]:
    """The proposals of a published run."""
    run = await matched(client, wired, partnership)
    headers = office(partnership.id, SCOPES) | {"If-Match": run["etag"]}
    shown = await client.post(f"{run['url']}/publication", headers=headers)
    assert shown.status_code == 200, shown.text
    listed = await client.get("/v1/proposals", headers=office(partnership.id, SCOPES))
    return list(listed.json()["items"])


async def accepted(client, partnership: Partnership, proposal: dict) -> str:
    """Both sides accept; the placement's address."""
    for party, organisation in (("host", partnership.council), ("university", partnership.university)):
        headers = member(partnership.id, organisation.id) | {"If-Match": "*"}
        answer = await client.post(
            f"/v1/proposals/{proposal['id']}/acceptance", json={"party": party}, headers=headers
        )
        assert answer.status_code == 200, answer.text
    return f"/v1/placements/{answer.json()['placement_id']}"


async def one_more(db, p: Partnership, **values):
    """One more student of the partnership's university, and their request."""
    student = await a_student(db, p.id, organisation_id=p.university.id)
    return await a_request(db, p.id, round_id=p.round.id, student_id=student.id, **values)


async def answered(client: httpx.AsyncClient, p: Partnership, proposal: dict, act: str, **body: str):
    """One side's answer to a proposal."""
    side = p.council if body["party"] == "host" else p.university
    url = f"/v1/proposals/{proposal['id']}/{act}"
    return await client.post(url, json=body, headers=member(p.id, side.id) | ANY)


async def repaired(client: httpx.AsyncClient, wired: Wiring, p: Partnership, **body: str) -> dict:
    """A computed repair of the partnership's round."""
    url, headers = f"/v1/rounds/{p.round.id}/repairs", office(p.id, SCOPES)
    asked = await client.post(url, json=body, headers=headers)
    assert asked.status_code == 202, asked.text
    await run_repair(wired, asked.json()["id"])
    found: dict = (await client.get(asked.headers["location"], headers=office(p.id, SCOPES))).json()
    return found


async def confirmed_repair(client: httpx.AsyncClient, p: Partnership, repair: dict, **body: str) -> dict:
    """A repair that a person has confirmed."""
    url = f"/v1/repairs/{repair['id']}/confirmation"
    answer = await client.post(url, json=body, headers=office(p.id, SCOPES) | ANY)
    assert answer.status_code == 200, answer.text
    done: dict = answer.json()
    return done


async def statuses(client: httpx.AsyncClient, p: Partnership) -> dict[str, list[str]]:
    """The statuses of all proposals, by request, in the order they were made."""
    items = (await client.get("/v1/proposals", headers=office(p.id))).json()["items"]
    found: dict[str, list[str]] = {}
    for each in items:
        found.setdefault(each["request_id"], []).append(each["status"])
    return found


async def a_proposal(db: Database, p: Partnership, **values: Any) -> Proposal:
    """A published proposal of a completed run that the partnership's student goes to its setting."""
    run = MatchRun(
        id=new_id(),
        partnership_id=p.id,
        round_id=p.round.id,
        status="completed",
        progress={},
        requested_by="office",
    )
    await kept(db, run)
    usual = {
        "request_id": p.request.id,
        "offer_id": p.offer.id,
        "student_id": p.student.id,
        "university_id": p.university.id,
        "organisation_id": p.council.id,
        "setting_id": p.setting.id,
        "educator_id": p.educator_id,
        "preference_rank": 1,
        "outside_list": False,
        "travel_minutes": 20,
        "status": "published",
    }
    row = Proposal(
        id=new_id(), partnership_id=p.id, run_id=run.id, round_id=p.round.id, **{**usual, **values}
    )
    return await kept(db, row)
