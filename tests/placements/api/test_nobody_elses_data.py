"""What a reader of explanations and meetings gets is searched for everybody else: ids, names and wishes of other people."""

import httpx
import pytest

from services.placements.wiring import Wiring
from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import (
    Partnership,
    a_partnership,
    a_request,
    a_setting,
    a_student,
    a_university,
    an_offer,
    an_organisation,
)
from tests.placements.season import ANY, SCOPES, published

EVERYTHING = "?limit=200"


class World:
    """Ten students of two universities want three teams of two hosts; the teams hold seven, and the result is published."""

    p: Partnership
    run: str
    hosts: tuple[str, str]
    secrets: dict[str, set[str]]
    """By student: all that says who it is, in any body."""
    university: dict[str, str]
    proposals: list[dict]

    def of_others(self, *allowed: str) -> set[str]:
        """What says who the students are, apart from those allowed."""
        return set().union(*(words for id_, words in self.secrets.items() if id_ not in allowed))


async def a_world(client: httpx.AsyncClient, wired: Wiring) -> World:
    w = World()
    db, p = wired.db, await a_partnership(wired.db)
    w.p, second = p, await an_organisation(db, p.id, name="Second Council")
    w.hosts = (str(p.council.id), str(second.id))
    guests = await a_university(db, p.id, name="Guest University")
    near, far = (
        await a_setting(db, p.id, organisation_id=p.council.id, name="Near Team"),
        await a_setting(db, p.id, organisation_id=second.id, name="Far Team"),
    )
    for setting in (near, far) * 3:
        await an_offer(db, p.id, round_id=p.round.id, setting_id=setting.id)
    wishes = [{"rank": n, "kind": "setting", "value": str(s.id)} for n, s in enumerate((near, far), 1)]
    w.secrets, w.university = {}, {}
    for number in range(9):
        side = guests.id if number % 2 else p.university.id
        student = await a_student(db, p.id, organisation_id=side, full_name=f"Secret Person{number:02d}x")
        asked = await a_request(
            db,
            p.id,
            round_id=p.round.id,
            student_id=student.id,
            preferences=wishes,
            can_drive=bool(number % 3),
        )
        w.secrets[str(student.id)] = {str(student.id), str(asked.id), student.full_name, student.email}
        w.university[str(student.id)] = str(side)
    w.secrets[str(p.student.id)] = {str(p.student.id), str(p.request.id), p.student.full_name}
    w.university[str(p.student.id)] = str(p.university.id)
    w.proposals = await published(client, wired, p)
    w.run = f"/v1/match-runs/{w.proposals[0]['run_id']}"
    return w


@pytest.fixture
async def world(client, wired) -> World:
    """The world, made anew for each test."""
    return await a_world(client, wired)


async def read(client, url, headers):
    answer = await client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


async def test_no_explanation_and_no_meeting_holds_anything_of_somebody_else(client, world):
    w, p = world, world.p
    assert len(w.proposals) == 7
    for student in w.secrets:
        headers = a_person_as("student", student, partnership_id=p.id)
        told = await read(client, f"{w.run}/explanations{EVERYTHING}", headers)
        assert [each["reader"] for each in told.json()["items"]] == ["student"]
        meeting = f"/v1/rounds/{p.round.id}/meeting?university_id={w.university[student]}"
        said = told.text + (await read(client, meeting, headers)).text
        assert not [secret for secret in w.of_others(student) if secret in said]
    for host in w.hosts:
        theirs = {each["student_id"] for each in w.proposals if each["organisation_id"] == host}
        headers = member(p.id, host)
        told = await read(client, f"{w.run}/explanations{EVERYTHING}", headers)
        assert {each["reader"] for each in told.json()["items"]} == {"host"}
        meeting = await read(client, f"/v1/rounds/{p.round.id}/meeting?organisation_id={host}", headers)
        assert len(told.json()["items"]) == len(meeting.json()["items"]) == len(theirs) > 0
        assert all("matched with your place" in each["why"] for each in meeting.json()["items"])
        said = told.text + meeting.text
        assert not [secret for secret in w.of_others(*theirs) if secret in said]
        other_team = "Far Team" if host == w.hosts[0] else "Near Team"
        assert other_team not in said
    for side in set(w.university.values()):
        own = {student for student, university in w.university.items() if university == side}
        headers = member(p.id, side)
        told = await read(client, f"{w.run}/explanations{EVERYTHING}", headers)
        meeting = await read(client, f"/v1/rounds/{p.round.id}/meeting?university_id={side}", headers)
        placed = [each["why"] for each in meeting.json()["items"]]
        assert placed
        assert all(why.startswith("Placed with ") for why in placed)
        assert all(each["why"].startswith("Not placed. ") for each in meeting.json()["placeless"])
        said = told.text + meeting.text
        assert not [secret for secret in w.of_others(*own) if secret in said]


async def test_a_list_for_one_kind_of_reader_holds_what_may_be_read_so(client, world):
    w, p = world, world.p

    async def listed(wanted, headers):
        url = f"{w.run}/explanations?for={wanted}&limit=200"
        items = (await read(client, url, headers)).json()["items"]
        assert {each["reader"] for each in items} <= {wanted}
        return {each["request_id"] for each in items}

    of_office = {
        wanted: len(await listed(wanted, office(p.id))) for wanted in ("student", "coordinator", "host")
    }
    assert of_office == {"student": 10, "coordinator": 10, "host": 7}
    student = a_person_as("student", p.student.id, partnership_id=p.id)
    assert await listed("student", student) == {str(p.request.id)}
    assert await listed("coordinator", student) == await listed("host", student) == set()
    host = member(p.id, w.hosts[1])
    asked = {each["request_id"] for each in w.proposals if each["organisation_id"] == w.hosts[1]}
    assert await listed("host", host) == asked
    assert await listed("coordinator", host) == await listed("student", host) == set()
    own = sum(side == str(p.university.id) for side in w.university.values())
    assert len(await listed("student", member(p.id, p.university.id))) == own
    refused = await client.get(f"{w.run}/explanations?for=press", headers=office(p.id))
    assert refused.status_code == 422
    first = await client.get(f"{w.run}/explanations?for=student&limit=1", headers=office(p.id))
    other = f"{w.run}/explanations?for=host&cursor={first.json()['next_cursor']}"
    assert (await client.get(other, headers=office(p.id))).json()["code"] == "bad_cursor"


async def test_after_a_swap_the_new_host_does_not_learn_where_the_student_was_to_go_before(client, world):
    w, p = world, world.p
    moved = next(each for each in w.proposals if each["organisation_id"] == w.hosts[0])
    back = next(each for each in w.proposals if each["organisation_id"] == w.hosts[1])
    moves = [
        {"request_id": moved["request_id"], "offer_id": back["offer_id"]},
        {"request_id": back["request_id"], "offer_id": moved["offer_id"]},
    ]
    body = {"moves": moves, "reason_code": "student_need"}
    made = await client.post(f"{w.run}/swaps", json=body, headers=office(p.id, SCOPES) | ANY)
    assert made.status_code == 201, made.text
    new_host = member(p.id, w.hosts[1])
    told = await client.get(f"{w.run}/explanations/{moved['request_id']}", headers=new_host)
    assert told.status_code == 404
    meeting = await read(client, f"/v1/rounds/{p.round.id}/meeting?organisation_id={w.hosts[1]}", new_host)
    (item,) = (each for each in meeting.json()["items"] if each["request_id"] == moved["request_id"])
    assert (item["changed"], item["offer_id"]) == (True, back["offer_id"])
    assert item["why"].startswith("A student has been matched with your place.")
    assert moved["offer_id"] not in meeting.text
