"""The QAPL return: the last answers of moderated reviews, small numbers hidden, each organisation its own."""

import csv
import io

from sqlalchemy import select

from services.placements.models.placements import Placement
from services.placements.models.reviews import Review, ReviewResponse
from services.placements.operations.review_planning import open_reviews
from services.placements.queries.qapl import mapping
from services.placements.queries.review_templates import shipped
from shared.ids import new_id
from tests.placements import factories
from tests.placements.callers import a_person_as, member, office

YEAR = {"academic_year": "2026-27"}


async def reviewed(db, p, now, *given: dict[str, dict[str, str]], moderated: bool = True) -> None:
    """A placement of another student of the partnership, answered by the student at some checkpoints."""
    student = await factories.a_student(db, p.id, organisation_id=p.university.id)
    row = await factories.a_placement(db, p, student_id=student.id, status="active")
    async with db.begin() as session:
        await open_reviews(session, await session.get(Placement, row.id), now=now)
        statement = select(Review).where(Review.placement_id == row.id).order_by(Review.due_on)
        reviews = (await session.execute(statement)).scalars().all()
        for review, each in zip(reviews, given, strict=False):
            if moderated:
                review.moderated_at, review.rag, review.proposed_rag = now, {}, {}
            for_it = {"id": new_id(), "review_id": review.id, "respondent": "student", "submitted_at": now}
            session.add(ReviewResponse(**for_it, **({"answers": {}, "comments": {}, "choices": {}} | each)))


async def lines(client, headers) -> dict[str, dict]:
    answer = await client.get("/v1/reports/qapl", params=YEAR, headers=headers)
    assert answer.status_code == 200, answer.text
    return {each["item"]: each for each in answer.json()["items"]}


async def test_the_return_counts_the_last_answer_of_each_placement_and_hides_small_numbers(
    partnerships_client, partnerships_db, stopped_clock
):
    p, now = await factories.a_partnership(partnerships_db), stopped_clock.now()
    for number in range(5):
        early = {"answers": {"supervision_as_agreed": "not_yet", "induction": "meets"}}
        late = {"answers": {"supervision_as_agreed": "mostly" if number else "partly"}}
        end = {"choices": {"would_work_here": "yes" if number < 4 else "no"}}
        if number == 4:
            early["answers"]["induction"] = "not_applicable"
        await reviewed(partnerships_db, p, now, early, late, end)
    waiting = {"answers": {"supervision_as_agreed": "meets"}}
    await reviewed(partnerships_db, p, now, waiting, moderated=False)
    found = await lines(partnerships_client, office(p.id))
    assert [found["supervision"][name] for name in ("n", "mean", "positive_percent")] == [5, 2.8, 80.0]
    assert [found["would_work_here"][name] for name in ("n", "mean", "positive_percent")] == [5, None, 80.0]
    assert [found["induction"][name] for name in ("n", "mean", "positive_percent")] == [None, None, None]
    assert found["team"]["n"] == 0
    assert await lines(partnerships_client, member(p.id, p.university.id)) == found
    other = await factories.a_university(partnerships_db, p.id, name="Another")
    assert (await lines(partnerships_client, member(p.id, other.id)))["supervision"]["n"] == 0
    file = await partnerships_client.get(
        "/v1/reports/qapl", params=YEAR | {"format": "csv"}, headers=office(p.id)
    )
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [row["item"] for row in rows] == list(found)
    assert (rows[0]["n"], rows[4]["n"], rows[4]["mean"]) == ("", "5", "2.8")


async def test_the_return_is_for_organisations(partnerships_client, partnerships_db):
    p = await factories.a_partnership(partnerships_db)
    student = a_person_as("student", p.student.id, partnership_id=p.id)
    refused = await partnerships_client.get("/v1/reports/qapl", params=YEAR, headers=student)
    assert (refused.status_code, refused.json()["code"]) == (403, "organisations_only")
    odd = await partnerships_client.get(
        "/v1/reports/qapl", params={"academic_year": "2026-28"}, headers=office(p.id)
    )
    assert odd.status_code == 422


def test_every_item_of_the_mapping_is_a_question_that_is_asked_of_its_respondent():
    template = shipped()
    asked = {(q.code, who) for q in (*template.questions, *template.closing) for who in q.respondents}
    assert {(item.question, item.respondent) for item in mapping()} <= asked
    assert len({item.item for item in mapping()}) == len(mapping())
