"""A published result that is changed: answers, withdrawals and repairs, and what happens when they race."""

import asyncio

from tests.placements.callers import member, office
from tests.placements.factories import a_partnership, a_round, an_offer
from tests.placements.season import (
    ANY,
    SCOPES,
    accepted,
    answered,
    confirmed_repair,
    one_more,
    published,
    repaired,
    statuses,
)


async def two_students_three_places(db):
    """A partnership with two students, and three places in one team."""
    p = await a_partnership(db)
    await one_more(db, p)
    for _ in range(2):
        await an_offer(db, p.id, round_id=p.round.id, setting_id=p.setting.id)
    return p


async def test_a_declined_place_is_lost_and_its_student_gets_another_by_the_fewest_moves(client, wired):
    p = await two_students_three_places(wired.db)
    declined, other = await published(client, wired, p)
    await answered(client, p, declined, "decline", party="host", reason_code="capacity_lost")
    lost = await client.get(f"/v1/offers/{declined['offer_id']}", headers=office(p.id))
    assert lost.json()["places"] == 0
    repair = await repaired(client, wired, p)
    assert [way["way"] for way in repair["ways"]] == ["fill_only", "fewest_moves", "re_optimise"]
    fewest = repair["ways"][1]
    (move,) = fewest["moves"]
    assert (fewest["outcome"]["placed"], move["request_id"]) == (2, declined["request_id"])
    assert move["from_offer_id"] is None
    assert move["to_offer_id"] not in (declined["offer_id"], other["offer_id"])
    done = await confirmed_repair(client, p, repair)
    assert (done["status"], done["confirmed_way"]) == ("confirmed", "fewest_moves")
    listed = (await client.get("/v1/proposals", headers=office(p.id))).json()["items"]
    assert [(x["status"], x["repair_id"]) for x in listed] == [
        ("declined", None),
        ("published", None),
        ("published", repair["id"]),
    ]
    again = await client.post(f"/v1/repairs/{repair['id']}/confirmation", headers=office(p.id, SCOPES) | ANY)
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")


async def test_a_student_whom_a_host_declined_is_not_proposed_to_the_same_team_again(client, wired):
    p = await two_students_three_places(wired.db)
    declined, _ = await published(client, wired, p)
    await answered(client, p, declined, "decline", party="host", reason_code="learning_needs_not_met")
    repair = await repaired(client, wired, p)
    assert [way["moves"] for way in repair["ways"][:2]] == [[], []]
    assert {way["outcome"]["placed"] for way in repair["ways"]} == {1}


async def test_what_both_sides_have_accepted_stays_in_every_way_and_a_binding_placement_is_left_alone(
    client, wired, register
):
    p = await two_students_three_places(wired.db)
    agreed, open_ = await published(client, wired, p)
    url = await accepted(client, p, agreed)
    repair = await repaired(client, wired, p)
    assert all(agreed["request_id"] not in {m["request_id"] for m in w["moves"]} for w in repair["ways"])
    assert {way["outcome"]["requests"] for way in repair["ways"]} == {2}
    await client.post(f"{url}/confirmation", headers=office(p.id) | ANY)
    assert list(register.held.values()) == [agreed["educator_id"]]
    repair = await repaired(client, wired, p)
    assert {way["outcome"]["requests"] for way in repair["ways"]} == {1}
    assert repair["lost"] == []
    assert open_["request_id"] != agreed["request_id"]


async def test_an_agreement_whose_educator_is_lost_is_told_and_given_up_when_the_repair_is_confirmed(
    client, wired, register
):
    p = await two_students_three_places(wired.db)
    agreed, _ = await published(client, wired, p)
    url = await accepted(client, p, agreed)
    register.lapsed[agreed["educator_id"]] = "Left the register."
    repair = await repaired(client, wired, p, way="fill_only")
    (lost,) = repair["lost"]
    assert (lost["request_id"], lost["rules"]) == (agreed["request_id"], ["educator_eligible"])
    await confirmed_repair(client, p, repair)
    assert (await client.get(url, headers=office(p.id))).json()["status"] == "cancelled"
    assert (await statuses(client, p))[agreed["request_id"]] == ["superseded", "published"]


async def test_a_repair_is_stale_once_the_round_has_changed(client, wired):
    p = await two_students_three_places(wired.db)
    first, second = await published(client, wired, p)
    await answered(client, p, first, "decline", party="host", reason_code="capacity_lost")
    repair = await repaired(client, wired, p)
    await answered(client, p, second, "acceptance", party="host")
    url = f"/v1/repairs/{repair['id']}/confirmation"
    refused = await client.post(url, headers=office(p.id, SCOPES) | ANY)
    assert (refused.status_code, refused.json()["code"]) == (409, "repair_stale")
    assert (await statuses(client, p))[first["request_id"]] == ["declined"]


async def test_a_repair_needs_a_published_result_and_is_for_the_office_alone(client, wired):
    p = await a_partnership(wired.db)
    url = f"/v1/rounds/{p.round.id}/repairs"
    early = await client.post(url, headers=office(p.id, SCOPES))
    assert (early.status_code, early.json()["code"]) == (409, "round_not_published")
    other = await client.post(
        url, headers=member(p.id, p.council.id, SCOPES) | {"Idempotency-Key": "a-host-asks"}
    )
    assert (other.status_code, other.json()["code"]) == (403, "office_only")


async def test_while_the_educators_service_is_silent_a_repair_fails_and_can_be_asked_for_again(
    client, wired, register
):
    p = await two_students_three_places(wired.db)
    await published(client, wired, p)
    register.down = True
    repair = await repaired(client, wired, p)
    assert (repair["status"], repair["failure"]) == ("failed", "educators_unavailable")
    register.down = False
    assert (await repaired(client, wired, p))["status"] == "completed"


async def test_repairs_and_answers_that_race_leave_one_consistent_result(client, wired):
    p = await two_students_three_places(wired.db)
    first, second = await published(client, wired, p)
    await answered(client, p, first, "decline", party="host", reason_code="capacity_lost")
    repairs = [await repaired(client, wired, p) for _ in range(2)]
    calls = [
        client.post(f"/v1/repairs/{r['id']}/confirmation", headers=office(p.id, SCOPES) | ANY)
        for r in repairs
    ]
    calls += [answered(client, p, second, "acceptance", party=party) for party in ("host", "university")]
    calls.append(
        answered(client, p, second, "decline", party="university", reason_code="travel_unreasonable")
    )
    answers = await asyncio.gather(*calls)
    assert {a.status_code for a in answers} <= {200, 409}
    assert sum(a.status_code == 200 for a in answers[:2]) <= 1
    for found in (await statuses(client, p)).values():
        assert sum(status in ("published", "accepted") for status in found) <= 1
    # The last word of the one who came first: both acceptances, or the decline, never both.
    after = (await client.get(f"/v1/proposals/{second['id']}", headers=office(p.id))).json()
    assert (after["status"] == "accepted") == (after["placement_id"] is not None)
    assert (after["declined_by"] is not None) == (after["status"] == "declined")


async def test_a_withdrawal_takes_the_proposal_along_and_frees_the_place(client, wired):
    p = await two_students_three_places(wired.db)
    first, second = await published(client, wired, p)
    url, headers = f"/v1/requests/{first['request_id']}", member(p.id, p.university.id) | ANY
    gone = await client.post(f"{url}/withdrawal", json={"reason_code": "left_programme"}, headers=headers)
    assert (gone.json()["status"], gone.json()["status_reason"]) == ("withdrawn", "left_programme")
    assert await statuses(client, p) == {
        first["request_id"]: ["withdrawn"],
        second["request_id"]: ["published"],
    }
    late = await answered(client, p, first, "acceptance", party="host")
    assert (late.status_code, late.json()["code"]) == (409, "invalid_state")
    assert {w["outcome"]["requests"] for w in (await repaired(client, wired, p))["ways"]} == {1}
    back = await client.post(f"{url}/reinstatement", headers=member(p.id, p.university.id) | ANY)
    assert (back.json()["status"], back.json()["status_reason"]) == ("open", None)
    repair = await repaired(client, wired, p)
    await confirmed_repair(client, p, repair)
    assert (await statuses(client, p))[first["request_id"]] == ["withdrawn", "published"]


async def test_a_withdrawal_and_the_last_acceptance_that_race_leave_either_a_placement_or_none(client, wired):
    p = await a_partnership(wired.db)
    (proposal,) = await published(client, wired, p)
    await answered(client, p, proposal, "acceptance", party="host")
    withdrawal, acceptance = await asyncio.gather(
        client.post(
            f"/v1/requests/{p.request.id}/withdrawal",
            json={"reason_code": "other"},
            headers=member(p.id, p.university.id) | ANY,
        ),
        answered(client, p, proposal, "acceptance", party="university"),
    )
    assert sorted([withdrawal.status_code, acceptance.status_code]) == [200, 409]
    placements = (await client.get("/v1/placements", headers=office(p.id))).json()["items"]
    assert len(placements) == (acceptance.status_code == 200)


async def test_a_student_whose_university_says_withdrew_is_not_proposed_again(client, wired):
    p = await two_students_three_places(wired.db)
    first, _ = await published(client, wired, p)
    await answered(client, p, first, "decline", party="university", reason_code="student_withdrew")
    request = await client.get(f"/v1/requests/{first['request_id']}", headers=office(p.id))
    assert request.json()["status"] == "withdrawn"


async def test_a_deferred_request_goes_on_in_the_other_round_with_its_wishes(client, wired):
    p = await a_partnership(wired.db)
    later = await a_round(wired.db, p.id, name="Spring")
    wishes = [
        {"rank": 1, "kind": "offer", "value": str(p.offer.id)},
        {"rank": 2, "kind": "directorate", "value": "adults"},
    ]
    url = f"/v1/requests/{p.request.id}"
    university = lambda: member(p.id, p.university.id) | ANY  # noqa: E731 - a key of its own for each call
    await client.patch(url, json={"preferences": wishes}, headers=university())
    body = {"round_id": str(p.round.id), "reason_code": "not_ready"}
    same = await client.post(f"{url}/deferral", json=body, headers=university())
    assert [e["pointer"] for e in same.json()["errors"]] == ["/round_id"]
    body["round_id"] = str(later.id)
    stranger = member(p.id, p.council.id) | ANY
    assert (await client.post(f"{url}/deferral", json=body, headers=stranger)).status_code == 404
    put_off = await client.post(f"{url}/deferral", json=body, headers=university())
    assert put_off.json()["status"] == "deferred"
    there = await client.get(f"/v1/requests/{put_off.json()['deferred_to_request_id']}", headers=office(p.id))
    assert (there.json()["round_id"], there.json()["preferences"]) == (str(later.id), wishes[1:])
    twice = await client.post(f"{url}/withdrawal", json={"reason_code": "other"}, headers=university())
    assert (twice.status_code, twice.json()["allowed"]) == (409, [])
