"""Trying a policy on the record of a term, over HTTP and through the job."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from services.placements.jobs.simulate_policy import simulate_policy
from services.placements.models.concerns import Concern, ConcernTransition
from services.placements.models.escalation_policies import EscalationPolicy
from services.placements.models.notifications import Notification
from services.placements.operations.escalation_policies import ship_default
from shared.ids import new_id
from tests.placements.callers import a_person_as, office
from tests.placements.policies import policy_data
from tests.placements.struggling import a_concern, absence, notice

SCOPES = ("concerns:read", "concerns:write")
TERM = {"from": "2026-09-01", "to": "2026-09-30"}


@pytest.fixture
async def term(placements_db, stopped_clock):
    """A placement with a false alarm, another policy that does not know the rule, and the default."""
    at, concern_id = await a_concern(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        await ship_default(session, stopped_clock.now())
        mild = policy_data(rules=[r for r in policy_data()["rules"] if r["code"] != "review_rag"])
        draft = EscalationPolicy(
            id=new_id(),
            partnership_id=at.partnership_id,
            name="draft",
            version=1,
            policy=mild,
            effective_from=stopped_clock.now() + timedelta(days=365),
            created_at=stopped_clock.now(),
        )
        session.add(draft)
        default = await session.scalar(
            select(EscalationPolicy.id).where(EscalationPolicy.partnership_id.is_(None))
        )
    return at, concern_id, draft.id, default


async def ask(client, at, policy_id, body, headers=None):
    headers = {**(headers or office(at.partnership_id, SCOPES)), "Idempotency-Key": str(new_id())}
    return await client.post(f"/v1/escalation-policies/{policy_id}/simulation", json=body, headers=headers)


async def written(db):
    async with db.begin() as session:
        counts = [select(func.count()).select_from(m) for m in (Concern, ConcernTransition, Notification)]
        return [(await session.execute(each)).scalar_one() for each in counts]


async def close_as_false_alarm(client, at, concern_id):
    headers = a_person_as("tutor", at.people["tutor"], partnership_id=at.partnership_id, scopes=SCOPES)
    headers = {**headers, "If-Match": "*", "Idempotency-Key": str(new_id())}
    body = {"outcome": "false_alarm", "note": "A slip of the pen."}
    answer = await client.post(f"/v1/concerns/{concern_id}/closure", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_a_draft_is_tried_on_a_term_beside_the_policy_in_force(
    placements_client, term, placements_db, stopped_clock
):
    at, concern_id, draft, default = term
    stopped_clock.at += timedelta(hours=1)
    await close_as_false_alarm(placements_client, at, concern_id)
    stopped_clock.at += timedelta(days=30)
    before = await written(placements_db)
    answer = await ask(placements_client, at, draft, {**TERM, "compare_with": str(default)})
    assert (answer.status_code, answer.json()["status"]) == (202, "queued"), answer.text
    await simulate_policy(placements_db, stopped_clock, UUID(answer.json()["id"]))
    headers = office(at.partnership_id, SCOPES)
    shown = (await placements_client.get(answer.headers["location"], headers=headers)).json()
    assert (shown["status"], shown["placements_done"], shown["placements"]) == ("completed", 1, 1)
    result = shown["result"]
    assert (result["opened"], result["false_alarms_avoided"], result["missed"]) == (0, 1, 0)
    assert result["difference"] == {"only_here": 0, "only_there": 1, "both": 0}
    beside = result["beside"]
    assert (beside["opened"], beside["judged"], beside["false_alarm_share"]) == (1, 1, 1.0)
    (concern,) = beside["concerns"]
    assert (concern["placement_id"], concern["recorded_concern_id"]) == (
        str(at.placement_id),
        str(concern_id),
    )
    assert beside["messages"]["people"] == 3
    assert await written(placements_db) == before


async def test_what_was_noticed_is_kept_once_and_with_every_change(term, placements_db, stopped_clock):
    at, *_ = term
    for in_a_row in (1, 1, 2):
        seen = absence(in_a_row, stopped_clock.now(), session_id="s-1")
        await notice(placements_db, stopped_clock, at, seen)
    async with placements_db.begin() as session:
        rows = await session.execute(
            text(
                "select facts->'consecutive_unnotified' from noticed_facts where occurrence = 's-1' order by id"
            )
        )
        assert list(rows.scalars()) == [1, 2]


async def test_simulations_are_the_offices(placements_client, term):
    at, _, draft, default = term
    person = a_person_as("tutor", at.people["tutor"], partnership_id=at.partnership_id, scopes=SCOPES)
    assert (await ask(placements_client, at, draft, TERM, person)).status_code == 403
    assert (await ask(placements_client, at, new_id(), TERM)).status_code == 404
    assert (await ask(placements_client, at, draft, TERM, office(new_id(), SCOPES))).status_code == 404
    wrong = await ask(placements_client, at, draft, {**TERM, "compare_with": str(new_id())})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/compare_with")
    upside_down = await ask(placements_client, at, draft, {"from": "2026-09-30", "to": "2026-09-01"})
    assert upside_down.status_code == 422
    made = await ask(placements_client, at, default, TERM)
    path = f"/v1/policy-simulations?policy_id={default}"
    listed = await placements_client.get(path, headers=office(at.partnership_id, SCOPES))
    assert [each["id"] for each in listed.json()["items"]] == [made.json()["id"]]
    assert (await placements_client.get(path, headers=person)).json()["items"] == []
