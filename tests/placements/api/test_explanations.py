"""Each reader of an explanation gets their own, and nobody gets more than theirs."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.placements.wiring import Wiring
from tests.placements.callers import a_person_as, member
from tests.placements.factories import (
    Partnership,
    a_partnership,
    a_request,
    a_setting,
    a_student,
    a_university,
    an_offer,
)
from tests.placements.matching import calling, completed, manager, with_register
from tests.placements.register import Register

LAPSED = "The last student was more than two years ago."


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
async def wired(partnerships_db, stopped_clock, register) -> AsyncIterator[Wiring]:
    async with with_register(partnerships_db, stopped_clock, register) as parts:
        yield parts


@pytest.fixture
async def client(wired) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(wired) as caller:
        yield caller


async def a_published_run(client, wired, register, p: Partnership) -> tuple[dict, str]:
    """The partnership's student placed, a rival of another university not, and an offer whose educator lapsed."""
    lapsed = await an_offer(wired.db, p.id, round_id=p.round.id, setting_id=p.setting.id)
    register.lapsed[str(lapsed.educator_id)] = LAPSED
    elsewhere = await a_university(wired.db, p.id, name="University of Elmsworth")
    rival = await a_student(wired.db, p.id, organisation_id=elsewhere.id, full_name="Rita Rival")
    wishes = [
        {"rank": 1, "kind": "offer", "value": str(lapsed.id)},
        {"rank": 2, "kind": "offer", "value": str(p.offer.id)},
    ]
    lost = await a_request(
        wired.db,
        p.id,
        round_id=p.round.id,
        student_id=rival.id,
        preferences=wishes,
    )
    wish = {"preferences": [{"rank": 1, "kind": "offer", "value": str(p.offer.id)}]}
    wished = await client.patch(
        f"/v1/requests/{p.request.id}", json=wish, headers=manager(p, **{"If-Match": "*"})
    )
    assert wished.status_code == 200, wished.text
    run = await completed(client, wired, p)
    done = await client.post(f"{run['url']}/publication", headers=manager(p, **{"If-Match": "*"}))
    assert done.status_code == 200, done.text
    return run, str(lost.id)


async def test_three_readers_are_told_the_same_result_each_in_their_words(client, wired, register):
    p = await a_partnership(wired.db)
    run, _ = await a_published_run(client, wired, register, p)
    url = f"{run['url']}/explanations/{p.request.id}"
    told = {
        reader: (await client.get(url, params={"for": reader}, headers=manager(p))).json()
        for reader in ("student", "coordinator", "host")
    }
    assert told["student"]["words"][0] == "You have been matched with your first preference."
    assert told["coordinator"]["words"][0].startswith("Placed with Children in Care Team, the")
    assert told["host"]["words"][0] == "A student has been matched with your place."
    assert told["host"]["summary"] == " ".join(told["host"]["words"])
    assert {each["given"]["setting_name"] for each in told.values()} == {"Children in Care Team"}


async def test_a_host_learns_nothing_about_the_student_s_other_wishes(client, wired, register):
    p = await a_partnership(wired.db)
    run, lost = await a_published_run(client, wired, register, p)
    host = member(p.id, p.council.id)
    told = (await client.get(f"{run['url']}/explanations/{p.request.id}", headers=host)).json()
    assert told["reader"] == "host"
    assert (told["offers"], told["feasible"], told["waterfall"], told["passed_over"]) == (None, None, [], [])
    assert (told["alternatives"], told["contributions"], told["smallest_change"]) == ({}, {}, None)
    for wanted in ("coordinator", "student"):
        more = await client.get(
            f"{run['url']}/explanations/{p.request.id}", params={"for": wanted}, headers=host
        )
        assert (more.status_code, more.json()["code"]) == (403, "not_your_reading")
    unplaced = await client.get(f"{run['url']}/explanations/{lost}", headers=host)
    assert unplaced.status_code == 404
    assert len((await client.get(f"{run['url']}/explanations", headers=host)).json()["items"]) == 1


async def test_a_student_reads_their_own_explanation_and_no_other(client, wired, register):
    p = await a_partnership(wired.db)
    run, lost = await a_published_run(client, wired, register, p)
    student = a_person_as("student", p.student.id, partnership_id=p.id)
    own = await client.get(f"{run['url']}/explanations/{p.request.id}", headers=student)
    assert own.json()["reader"] == "student"
    assert (await client.get(f"{run['url']}/explanations/{lost}", headers=student)).status_code == 404
    asked = await client.get(
        f"{run['url']}/explanations/{p.request.id}", params={"for": "coordinator"}, headers=student
    )
    assert (asked.status_code, asked.json()["code"]) == (403, "not_your_reading")
    everything = (await client.get(f"{run['url']}/explanations", headers=student)).text
    assert lost not in everything
    assert "Rival" not in everything


async def test_only_the_office_reads_whose_seats_are_used_up_and_why_an_educator_may_not(
    client, wired, register
):
    p = await a_partnership(wired.db)
    run, lost = await a_published_run(client, wired, register, p)
    url = f"{run['url']}/explanations/{lost}"
    office = (await client.get(url, headers=manager(p))).json()
    lapsed, taken = office["passed_over"]
    assert [each["id"] for each in taken["limits"]] == [str(p.offer.id), str(p.educator_id)]
    assert (taken["aim"], taken["others_lose"]) == ("placed", 1)
    assert lapsed["educator_reasons"] == ["current_at_start"]
    assert taken["words"].startswith("Second preference, Children in Care Team: full")
    assert (await client.get(url, headers=member(p.id, p.university.id))).status_code == 404
    student_words = (await client.get(url, params={"for": "student"}, headers=manager(p))).json()
    assert [each["limits"] for each in student_words["passed_over"]] == [[], []]
    assert [each["educator_reasons"] for each in student_words["passed_over"]] == [[], []]
    assert LAPSED not in student_words["summary"]


async def test_a_university_reads_as_coordinator_without_others_affairs(client, wired, register):
    p = await a_partnership(wired.db)
    other = await a_student(wired.db, p.id, organisation_id=p.university.id)
    wish = [{"rank": 1, "kind": "offer", "value": str(p.offer.id)}]
    await a_request(wired.db, p.id, round_id=p.round.id, student_id=other.id, preferences=wish)
    run = await completed(client, wired, p)
    await client.post(f"{run['url']}/publication", headers=manager(p, **{"If-Match": "*"}))
    listed = await client.get(f"{run['url']}/explanations", headers=member(p.id, p.university.id))
    told = listed.json()["items"]
    assert {each["reader"] for each in told} == {"coordinator"}
    unplaced = next(each for each in told if not each["placed"])
    assert unplaced["smallest_change"]["kind"] == "one_more_seat"
    assert unplaced["smallest_change"]["limits"] == []


async def test_a_draft_is_explained_to_the_office_alone(client, wired, register):
    p = await a_partnership(wired.db)
    run = await completed(client, wired, p)
    url = f"{run['url']}/explanations/{p.request.id}"
    assert (await client.get(url, headers=manager(p))).status_code == 200
    for headers in (
        member(p.id, p.council.id),
        member(p.id, p.university.id),
        a_person_as("student", p.student.id, partnership_id=p.id),
        member(p.id, (await a_setting(wired.db, p.id)).organisation_id),
    ):
        assert (await client.get(url, headers=headers)).status_code == 404
