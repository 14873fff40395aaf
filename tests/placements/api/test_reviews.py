"""QAMP reviews over HTTP: blind answers, the proposed light, moderation, and what becomes of it."""

import pytest

from services.placements.models.placements import Placement
from services.placements.operations.review_planning import open_reviews
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.struggling import Struggling, a_placement, the_concern

SCOPES = ("placements:read", "monitoring:write", "concerns:read")


@pytest.fixture
async def at(placements_db, stopped_clock) -> Struggling:
    """A placement that has just started, with its reviews open."""
    started = await a_placement(placements_db, now=stopped_clock.now())
    for _ in range(2):
        async with placements_db.begin() as session:
            placement = await session.get(Placement, started.placement_id)
            assert placement is not None
            await open_reviews(session, placement, now=stopped_clock.now())
    return started


def the(role: str, at: Struggling) -> dict[str, str]:
    known = {**at.people, "student": at.student_id, "practice_educator": at.educator_id}
    return a_person_as(role, known[role], partnership_id=at.partnership_id, scopes=SCOPES)


async def reviews(client, at: Struggling, headers) -> dict[str, dict]:
    answer = await client.get(f"/v1/placements/{at.placement_id}/reviews", headers=headers)
    assert answer.status_code == 200
    return {item["checkpoint"]: item for item in answer.json()["items"]}


async def all_met(client, at: Struggling, respondent: str, **changed: str) -> dict:
    asked = (await reviews(client, at, the("tutor", at)))["four_week"]["questions"]
    answers = {each["code"]: "meets" for each in asked if respondent in each["respondents"]} | changed
    comments = {code: "Why." for code, value in changed.items() if value in ("partly", "not_yet")}
    return {"answers": answers, "comments": comments, "energy": 7}


async def answer_as(client, at: Struggling, respondent: str, headers, body):
    url = f"/v1/placements/{at.placement_id}/reviews/four_week/responses/{respondent}"
    return await client.put(url, json=body, headers=headers)


async def moderate(client, at: Struggling, headers, **body):
    url = f"/v1/placements/{at.placement_id}/reviews/four_week/moderation"
    return await client.post(url, json=body, headers={**headers, "Idempotency-Key": str(new_id())})


async def test_three_reviews_are_open_with_their_due_dates_from_the_start(placements_client, at):
    found = await reviews(placements_client, at, the("student", at))
    assert {checkpoint: review["due_on"] for checkpoint, review in found.items()} == {
        "four_week": "2026-10-05",
        "midway": "2026-11-13",
        "end": "2027-01-27",
    }


async def test_answers_are_blind_until_they_are_moderated(placements_client, at):
    body = await all_met(placements_client, at, "student")
    given = await answer_as(placements_client, at, "student", the("student", at), body)
    assert given.status_code == 200
    (own,) = (await reviews(placements_client, at, the("student", at)))["four_week"]["responses"]
    assert own["answers"] == body["answers"]
    for blind in ("practice_educator", "on_site_supervisor"):
        (hidden,) = (await reviews(placements_client, at, the(blind, at)))["four_week"]["responses"]
        assert (hidden["respondent"], hidden["answers"], hidden["comments"]) == ("student", None, None)
    (for_moderator,) = (await reviews(placements_client, at, the("tutor", at)))["four_week"]["responses"]
    assert for_moderator["answers"] == body["answers"]
    await moderate(placements_client, at, the("tutor", at))
    (opened,) = (await reviews(placements_client, at, the("practice_educator", at)))["four_week"]["responses"]
    assert opened["answers"] == body["answers"]


async def test_each_respondent_answers_for_themselves(placements_client, at):
    body = await all_met(placements_client, at, "student")
    for other in ("practice_educator", "tutor", "on_site_supervisor"):
        refused = await answer_as(placements_client, at, "student", the(other, at), body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_answers")
    stranger = a_person_as("student", new_id(), partnership_id=at.partnership_id, scopes=SCOPES)
    assert (await answer_as(placements_client, at, "student", stranger, body)).status_code == 404
    for_them = office(at.partnership_id, SCOPES)
    assert (await answer_as(placements_client, at, "student", for_them, body)).status_code == 200


async def test_answers_must_be_whole_and_say_why_something_is_not_met(placements_client, at):
    body = await all_met(placements_client, at, "student", peer_group="partly")
    del body["answers"]["induction"]
    body["comments"] = {"weather": "fine"}
    body["answers"]["favourite_colour"] = "meets"
    refused = await answer_as(placements_client, at, "student", the("student", at), body)
    assert refused.status_code == 422
    assert {(fault["pointer"], fault["code"]) for fault in refused.json()["errors"]} == {
        ("/answers/induction", "missing"),
        ("/answers", "not_asked"),
        ("/comments", "not_asked"),
        ("/comments/peer_group", "missing"),
    }
    assert "favourite" not in refused.text
    assert "weather" not in refused.text


async def test_an_odd_question_code_is_refused_without_repeating_it(placements_client, at):
    body = {"answers": {"Ada Example!": "meets"}}
    refused = await answer_as(placements_client, at, "student", the("student", at), body)
    assert refused.status_code == 422
    assert "Ada" not in refused.text


async def test_answers_can_be_given_anew_until_they_are_moderated(placements_client, at):
    first = await all_met(placements_client, at, "student")
    await answer_as(placements_client, at, "student", the("student", at), first)
    second = await all_met(placements_client, at, "student", peer_group="mostly")
    await answer_as(placements_client, at, "student", the("student", at), second)
    done = await moderate(placements_client, at, the("tutor", at))
    assert done.json()["responses"][0]["answers"]["peer_group"] == "mostly"
    late = await answer_as(placements_client, at, "student", the("student", at), first)
    assert (late.status_code, late.json()["code"]) == (409, "invalid_state")


async def test_the_rule_proposes_and_the_moderator_confirms(placements_client, at, placements_db):
    body = await all_met(placements_client, at, "student", supervision_as_agreed="not_yet")
    await answer_as(placements_client, at, "student", the("student", at), body)
    done = await moderate(placements_client, at, the("tutor", at))
    assert done.status_code == 200
    review = done.json()
    assert review["proposed_rag"]["support"] == review["rag"]["support"] == review["overall"] == "red"
    concern = await the_concern(placements_db, at)
    assert (concern.about, concern.level) == ("practice_education", "early_conversation")


async def test_a_light_is_changed_only_with_a_reason(placements_client, at):
    body = await all_met(placements_client, at, "student", supervision_as_agreed="not_yet")
    await answer_as(placements_client, at, "student", the("student", at), body)
    without = await moderate(placements_client, at, the("tutor", at), rag={"support": "amber"})
    assert (without.status_code, without.json()["errors"][0]["pointer"]) == (422, "/reason")
    done = await moderate(
        placements_client, at, the("tutor", at), rag={"support": "amber"}, reason="Made up for."
    )
    assert (done.json()["proposed_rag"]["support"], done.json()["rag"]["support"]) == ("red", "amber")
    concerns = await placements_client.get("/v1/concerns", headers=office(at.partnership_id, SCOPES))
    assert concerns.json()["items"] == []


async def test_a_section_nobody_answered_has_no_light_to_change(placements_client, at):
    supervisor = the("on_site_supervisor", at)
    body = await all_met(placements_client, at, "on_site_supervisor")
    await answer_as(placements_client, at, "on_site_supervisor", supervisor, body)
    refused = await moderate(placements_client, at, the("tutor", at), rag={"progress": "red"}, reason="x")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/rag/progress")


async def test_only_moderators_moderate_and_only_what_was_answered_and_once(placements_client, at):
    nothing = await moderate(placements_client, at, the("tutor", at))
    assert (nothing.status_code, nothing.json()["code"]) == (409, "no_responses")
    for role in ("student", "practice_educator", "on_site_supervisor"):
        refused = await moderate(placements_client, at, the(role, at))
        assert (refused.status_code, refused.json()["code"]) == (403, "not_a_moderator")
    body = await all_met(placements_client, at, "student")
    await answer_as(placements_client, at, "student", the("student", at), body)
    assert (await moderate(placements_client, at, the("tutor", at))).status_code == 200
    again = await moderate(placements_client, at, the("tutor", at))
    assert (again.status_code, again.json()["code"]) == (409, "invalid_state")


async def test_student_and_educator_who_see_it_very_differently_are_a_signal(placements_client, at):
    student = await all_met(placements_client, at, "student", days_on_plan="partly")
    educator = await all_met(placements_client, at, "practice_educator")
    await answer_as(placements_client, at, "student", the("student", at), student)
    await answer_as(placements_client, at, "practice_educator", the("practice_educator", at), educator)
    await moderate(placements_client, at, the("tutor", at))
    headers = member(at.partnership_id, at.university_id, SCOPES)
    answer = await placements_client.get(f"/v1/placements/{at.placement_id}/signals", headers=headers)
    assert [(s["rule_code"], s["severity"]) for s in answer.json()["items"]] == [
        ("review_divergence", "amber")
    ]
