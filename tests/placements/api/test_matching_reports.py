"""The match of a round in numbers."""

from datetime import timedelta

from tests.placements.callers import member, office
from tests.placements.factories import a_partnership, a_university, an_offer
from tests.placements.season import (
    ANY,
    SCOPES,
    accepted,
    answered,
    confirmed_repair,
    one_more,
    published,
    repaired,
)


async def report_of(client, p, scopes=SCOPES):
    answer = await client.get(f"/v1/reports/matching?round_id={p.round.id}", headers=office(p.id, scopes))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_round_is_told_in_numbers_with_what_changed_after_publication(client, wired, stopped_clock):
    p = await a_partnership(wired.db)
    wish = [{"rank": 1, "kind": "directorate", "value": "childrens"}]
    for _ in range(5):
        await one_more(wired.db, p, preferences=wish)
        await an_offer(wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id)
    await an_offer(wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id)
    proposals = await published(client, wired, p)
    stopped_clock.move(timedelta(hours=6))
    first, second, *_ = proposals
    await answered(client, p, first, "acceptance", party="host")
    await answered(client, p, second, "decline", party="host", reason_code="capacity_lost")
    await confirmed_repair(client, p, await repaired(client, wired, p))
    report = await report_of(client, p)
    overall, season = report["overall"], report["season"]
    assert (overall["requests"], overall["placed"]) == (6, 6)
    assert (overall["first_preference"], overall["outside_list"]) == (5, 1)
    assert overall["travel_p90"] >= overall["travel_median"] > 0
    assert (season["frontline_teams"], season["frontline_teams_covered"]) == (1, 1)
    assert (season["declined"], season["repairs_confirmed"], season["host_hours_to_answer"]) == (1, 1, 6.0)
    assert season["university_hours_to_answer"] is None


async def test_a_cancelled_placement_is_no_place(client, wired):
    p = await a_partnership(wired.db)
    (proposal,) = await published(client, wired, p)
    placement = await accepted(client, p, proposal)
    assert (await report_of(client, p))["overall"]["placed"] == 1
    body = {"reason_code": "host_withdrew"}
    gone = await client.post(f"{placement}/cancellation", json=body, headers=office(p.id, SCOPES) | ANY)
    assert gone.status_code == 200, gone.text
    report = await report_of(client, p)
    assert (report["overall"]["placed"], report["overall"]["travel_median"]) == (0, None)
    assert (report["season"]["frontline_teams_covered"], report["season"]["cancelled"]) == (0, 1)
    meeting = f"/v1/rounds/{p.round.id}/meeting?university_id={p.university.id}"
    found = (await client.get(meeting, headers=office(p.id))).json()
    assert found["items"] == []
    assert [each["request_id"] for each in found["placeless"]] == [str(p.request.id)]


async def test_groups_are_for_readers_of_sensitive_data_and_small_ones_for_nobody(client, wired):
    p = await a_partnership(wired.db)
    guests = await a_university(wired.db, p.id, name="Guest University")
    for _ in range(6):
        await one_more(wired.db, p, adjustments=["step_free"])
    plain = await report_of(client, p, ["placements:read"])
    assert [each["by"] for each in plain["groups"]] == ["university"]
    groups = {
        g["by"]: {i["key"]: i["counts"] for i in g["items"]} for g in (await report_of(client, p))["groups"]
    }
    assert groups["university"][str(p.university.id)]["requests"] == 7
    assert str(guests.id) not in groups["university"]
    assert groups["adjustments"] == {"none": None, "some": None}
    other = await client.get(
        f"/v1/reports/matching?round_id={p.round.id}", headers=member(p.id, p.university.id)
    )
    assert other.status_code == 403
