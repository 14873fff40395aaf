"""QAMP over HTTP, beyond the thin path: the expert by experience, who is blind, windows that move, templates of one's own."""

import copy
from datetime import timedelta

import anyio
import pytest

from services.placements.jobs.notice_placements import notice_placements
from services.placements.models.placements import Placement
from services.placements.operations.review_planning import open_reviews
from tests.placements import factories
from tests.placements.callers import a_person_as, member, office
from tests.placements.reviewing import answers, moderated, respond, review, with_reviews
from tests.placements.under_way import SCOPES, UnderWay

OFFICE = (*SCOPES, "policies:write")


@pytest.fixture
async def way(partnerships_client, partnerships_db, stopped_clock) -> UnderWay:
    """A placement that starts on Monday 7 September 2026."""
    return await with_reviews(partnerships_client, partnerships_db, stopped_clock)


async def test_what_an_expert_by_experience_says_is_taken_down_by_a_moderator_and_blind_to_the_others(way):
    midway = await answers(way, "expert_by_experience", "midway")
    assert list(midway["answers"]) == ["people_who_use_services"]
    midway["comments"] = {"continue": "She listens."}
    for who in ("student", "practice_educator", "on_site_supervisor"):
        refused = await respond(way, who, midway, "midway", as_="expert_by_experience")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_answers")
    assert (await respond(way, "tutor", midway, "midway", as_="expert_by_experience")).status_code == 200
    early = await answers(way, "expert_by_experience")
    silent = await respond(way, "tutor", early, as_="expert_by_experience")
    assert silent.json()["errors"][0]["pointer"] == "/comments", "nothing is asked then but their own words"
    for who, seen in (("student", False), ("practice_educator", False), ("host", False), ("tutor", True)):
        (one,) = (await review(way, who, "midway"))["responses"]
        assert one["respondent"] == "expert_by_experience"
        assert (one["answers"] is not None, one["comments"] is not None) == (seen, seen), who


async def test_a_moderator_who_answers_the_review_themselves_is_as_blind_as_the_others(way):
    await respond(way, "student", await answers(way, "student"))
    both = a_person_as(
        "practice_education_lead", way.at.educator_id, partnership_id=way.at.partnership_id, scopes=SCOPES
    )
    seen = (await way.client.get(f"{way.path}/reviews", headers=both)).json()["items"][0]["responses"]
    assert [one["answers"] for one in seen] == [None]
    refused = await way.client.post(
        f"{way.path}/reviews/four_week/moderation", json={}, headers=both | {"Idempotency-Key": "one"}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "not_a_moderator")


async def test_closing_questions_are_asked_of_some_at_some_checkpoints_and_never_scored(way):
    end = await review(way, "student", "end")
    assert {each["code"]: each["respondents"] for each in end["closing"] if each["kind"] == "choice"} == {
        "would_work_here": ["student"],
        "would_take_another": ["practice_educator"],
    }
    body = await answers(way, "student", "end") | {"choices": {"would_work_here": "no"}, "energy": 1}
    without = await respond(way, "student", body, "end")
    assert [fault["pointer"] for fault in without.json()["errors"]] == ["/comments/would_work_here"]
    body |= {"comments": {"would_work_here": "Too far."}, "wants_talk": True}
    assert (await respond(way, "student", body, "end")).status_code == 200
    early = await answers(way, "student") | {"choices": {"would_work_here": "yes"}}
    assert [fault["code"] for fault in (await respond(way, "student", early)).json()["errors"]] == [
        "not_asked"
    ]
    done = await moderated(way, "end")
    assert set(done["rag"].values()) == {"green"}
    assert done["responses"][0]["choices"] == {"would_work_here": "no"}


async def test_reviews_have_windows_and_move_with_a_rest_and_with_the_pattern(way, stopped_clock):
    first = await review(way, "student")
    assert [first[day] for day in ("opens_on", "due_on", "closes_on")] == [
        "2026-09-28",
        "2026-10-05",
        "2026-10-12",
    ]
    stopped_clock.at += timedelta(days=7)
    paused = await way.call("office", "POST", "pause", {"reason_code": "illness"})
    assert paused.status_code == 200, paused.text
    stopped_clock.at += timedelta(days=14)
    assert (await way.call("office", "POST", "resumption", {})).status_code == 200
    assert (await review(way, "student"))["due_on"] == "2026-10-19"
    pattern = {"weekdays": [1, 2], "half_days": []}
    assert (await way.call("office", "PUT", "pattern", pattern)).status_code == 200
    assert (await review(way, "student"))["due_on"] == "2026-11-09"


async def test_a_closure_moves_the_reviews_that_are_not_moderated(
    placements_client, placements_db, stopped_clock
):
    way = await with_reviews(placements_client, placements_db, stopped_clock)
    await respond(way, "student", await answers(way, "student"))
    await moderated(way)
    closed = {"name": "Move", "starts_on": "2026-09-14", "ends_on": "2026-09-18"}
    assert (await way.call("office", "POST", "/v1/closures", closed)).status_code == 201
    before = await review(way, "student", "midway")
    stopped_clock.at += timedelta(days=1)
    await notice_placements(placements_db, stopped_clock)
    assert (before["due_on"], (await review(way, "student", "midway"))["due_on"]) == (
        "2026-11-13",
        "2026-11-20",
    )
    assert (await review(way, "student"))["due_on"] == "2026-10-05"


async def publish(way: UnderWay, body: dict, headers: dict[str, str] | None = None):
    headers = headers or office(way.at.partnership_id, OFFICE)
    return await way.client.post("/v1/review-templates", json=body, headers=headers)


async def own_template(way: UnderWay) -> dict:
    """The shipped template as a body, with one more question to the student."""
    shipped = (await way.get("office", "/v1/review-templates/shipped"))["template"]
    body = {"name": "Ours", "effective_on": "2026-09-07", **{k: shipped[k] for k in ("questions", "closing")}}
    one = {
        "code": "parking",
        "section": "setting",
        "text": "There is somewhere to park.",
        "is_critical": True,
    }
    return body | {
        "questions": [*body["questions"], one | {"checkpoints": ["midway"], "respondents": ["student"]}]
    }


async def test_a_review_keeps_the_template_it_was_opened_with(way, partnerships_db, stopped_clock):
    made = await publish(way, await own_template(way))
    assert (made.status_code, made.json()["number"]) == (201, 2), "the shipped one is the first"
    assert "parking" not in {each["code"] for each in (await review(way, "student", "midway"))["questions"]}
    async with partnerships_db.begin() as session:
        await open_reviews(
            session, await session.get(Placement, way.at.placement_id), now=stopped_clock.now()
        )
    assert "parking" not in str(await review(way, "student", "midway"))
    listed = await way.get("student", "/v1/review-templates")
    assert [each["id"] for each in listed["items"]] == [made.json()["id"]]


async def test_a_new_placement_is_asked_what_the_partnerships_own_template_says(
    partnerships_client, partnerships_db, stopped_clock
):
    around = await factories.a_partnership(partnerships_db)
    headers = office(around.id, OFFICE)
    row = await factories.a_placement(partnerships_db, around, status="active")
    shipped = (await partnerships_client.get("/v1/review-templates/shipped", headers=headers)).json()[
        "template"
    ]
    body = {
        "name": "Ours",
        "effective_on": "2026-09-07",
        "closing": [],
        "questions": shipped["questions"][:3],
    }
    made = await partnerships_client.post("/v1/review-templates", json=body, headers=headers)
    assert made.status_code == 422
    body["questions"] = shipped["questions"]
    assert (
        await partnerships_client.post("/v1/review-templates", json=body, headers=headers)
    ).status_code == 201
    async with partnerships_db.begin() as session:
        await open_reviews(session, await session.get(Placement, row.id), now=stopped_clock.now())
    found = await partnerships_client.get(f"/v1/placements/{row.id}/reviews", headers=headers)
    assert [each["closing"] for each in found.json()["items"]] == [[], [], []]


async def test_faults_of_a_template_name_the_question(way):
    body = await own_template(way)
    wrong = copy.deepcopy(body)
    wrong["questions"][0]["section"] = "weather"
    wrong["questions"][1]["respondents"] = ["parrot"]
    wrong["closing"][1]["code"] = "Ada!"
    refused = await publish(way, wrong)
    assert refused.status_code == 422
    assert "Ada" not in refused.text
    wrong["closing"][1]["code"] = "peer_group"
    refused = await publish(way, wrong)
    words = [fault["detail"] for fault in refused.json()["errors"]]
    assert [text.split(":")[0] for text in words] == [
        "question induction",
        "question learning_agreement",
        "question peer_group",
    ]
    assert "parrot" not in refused.text
    twice = {**body, "closing": [*body["closing"], {**body["closing"][1], "code": "peer_group"}]}
    assert "question peer_group" in (await publish(way, twice)).text
    past = await publish(way, body | {"effective_on": "2026-09-06"})
    assert past.json()["errors"][0]["code"] == "in_the_past"
    university = member(way.at.partnership_id, way.at.university_id, OFFICE) | {"Idempotency-Key": "x"}
    assert (await publish(way, body, university)).json()["code"] == "office_only"


async def test_two_templates_at_once_get_two_numbers(way):
    body = await own_template(way)
    numbers = []

    async def one() -> None:
        numbers.append((await publish(way, body)).json()["number"])

    async with anyio.create_task_group() as tasks:
        for _ in range(4):
            tasks.start_soon(one)
    assert sorted(numbers) == [2, 3, 4, 5]
