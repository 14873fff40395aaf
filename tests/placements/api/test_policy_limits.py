"""Quiet hours and caps are the policy's data; and what a draft may not say."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from services.placements.domain.escalation.codes import Template
from services.placements.jobs.send_notifications import decide
from services.placements.models.notifications import Notification
from services.placements.models.placements import Placement
from services.placements.operations.notifications import notify
from services.placements.queries.rosters import known_people
from shared.ids import new_id
from tests.placements.api.test_escalation_policies import PATH, drafted, post, publish
from tests.placements.policies import policy_data
from tests.placements.struggling import a_concern, a_placement, london_at

OURS = {"quiet_from": "20:00", "quiet_until": "07:30", "at_once_a_day": 3, "per_concern_a_day": 2}


async def told_again(db, at, concern_id, number: int, now) -> None:
    """The tutor is told so often about a concern, or about none."""
    async with db.begin() as session:
        people = await known_people(session, at.partnership_id, [at.people["tutor"]])
        placement = await session.get_one(Placement, at.placement_id)
        for _ in range(number):
            about = {"concern_id": concern_id, "now": now}
            await notify(session, placement, people, Template.STEP_DUE, new_id(), **about)


async def ways_of(db, at) -> Counter:
    async with db.begin() as session:
        statement = select(Notification.way).where(
            Notification.person_ref == at.people["tutor"], Notification.template == Template.STEP_DUE.value
        )
        return Counter((await session.execute(statement)).scalars())


async def test_caps_and_quiet_hours_are_the_policys_and_an_open_concern_keeps_those_it_has(
    placements_client, placements_db, stopped_clock
):
    at, concern_id = await a_concern(placements_db, stopped_clock)
    await decide(placements_db, stopped_clock)
    await publish(placements_client, at, await drafted(placements_client, at, messages=OURS))
    stopped_clock.at = london_at(9, 8, 19)
    await told_again(placements_db, at, concern_id, 2, stopped_clock.now())
    await told_again(placements_db, at, None, 5, stopped_clock.now())
    await decide(placements_db, stopped_clock)
    assert await ways_of(placements_db, at) == {"digest": 2 + 2, "at_once": 3}
    stopped_clock.at = london_at(9, 9, 7, 29)
    await decide(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        digests = select(Notification.id).where(Notification.template == Template.DIGEST.value)
        assert (await session.execute(digests)).scalars().all() == []
        stopped_clock.at += timedelta(minutes=1)
    await decide(placements_db, stopped_clock)
    async with placements_db.begin() as session:
        assert len((await session.execute(digests)).scalars().all()) == 1


async def test_limits_rules_and_facts_that_cannot_work_are_named(
    placements_client, placements_db, stopped_clock
):
    at = await a_placement(placements_db, now=stopped_clock.now())
    wrong = {"quiet_from": "6pm", "at_once_a_day": 0, "quiet_untill": "08:00"}
    faults = await refused(placements_client, at, policy_data(messages=wrong))
    assert faults["/policy/messages/quiet_from"].startswith("messages: quiet_from must be a time of the day")
    late = policy_data(messages={"quiet_until": "19:00"})
    assert set(await refused(placements_client, at, late)) == {"/policy/messages/quiet_until"}
    data = policy_data()
    data["rules"][0]["amber"] = [{"absences": {"at_least": 2}}]
    data["rules"][-1]["amber"] = [{"is_low": {"is": True}}]
    data["rules"][-1]["telling"]["none"]["who"] = ["student", "tutor"]
    assert await refused(placements_client, at, data) == {
        "/policy/rules/0/amber": "rule hub_absence: absences is no fact that it weighs; these are"
        " consecutive_unnotified, sessions_of_last_six, unnotified_of_last_six.",
        "/policy/rules/20/amber": "rule energy_low: it has no points; nothing but kindness follows from it.",
        "/policy/rules/20/telling/none/who": "rule energy_low: only the student is told; what they said of"
        " themselves is theirs.",
    }


async def refused(client, at, data) -> dict[str, str]:
    answer = await post(client, at, PATH, {"policy": data, "by_person_id": str(at.people["tutor"])})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_policy"), answer.text
    return {each["pointer"]: each["detail"] for each in answer.json()["errors"]}
