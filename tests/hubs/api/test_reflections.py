"""A private reflection is the student's alone. Each of the others gets the same answer: there is no such thing."""

from shared.auth.scopes import SCOPES
from tests.hubs.circles import BODY, PLANTED, Circle, written
from tests.hubs.factories import NORTH, Caller
from tests.hubs.operations.test_reflections import everything_in


async def test_the_student_reads_what_the_student_wrote(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    response = await circle.student("GET", path)
    assert response.status_code == 200
    assert response.headers["etag"] == '"1"'
    assert {name: response.json()[name] for name in BODY} == BODY
    assert response.json()["visibility"] == "private"


async def test_nobody_else_can_read_change_share_delete_or_even_count_it(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    for who, caller in circle.everybody_else().items():
        read = await caller("GET", path)
        assert (who, read.status_code, read.json()["code"]) == (who, 404, "not_found")
        assert (who, (await caller("GET", "/v1/reflections")).json()["items"]) == (who, [])
        changed = await caller("PATCH", path, {"text": "x"}, {"If-Match": "*"})
        shared = await caller(
            "POST", f"{path}/sharing", {"visibility": "facilitator", "anonymised_confirmed": True}
        )
        deleted = await caller("DELETE", path, headers={"If-Match": "*"})
        assert {changed.status_code, shared.status_code, deleted.status_code} <= {403, 404}, who
    assert (await circle.student("GET", path)).json()["text"] == PLANTED


async def test_answers_that_are_kept_for_repeated_requests_do_not_keep_the_text(circle: Circle):
    headers = {"Idempotency-Key": "once"}
    first = await circle.student("POST", "/v1/reflections", BODY, headers)
    again = await circle.student("POST", "/v1/reflections", BODY, headers)
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    assert "heron" not in first.text
    await circle.student(
        "PATCH", f"/v1/reflections/{first.json()['id']}", {"title": "Herons"}, {"If-Match": '"1"'}
    )
    dump = await everything_in(circle.service.tenant)
    assert first.json()["id"] in dump
    assert "heron" not in dump
    assert "Heron" not in dump


async def test_shared_it_is_read_by_that_role_only_and_taken_back_at_once(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    readers = {
        "facilitator": {"facilitator"},
        "practice_educator": {"educator"},
        "portfolio": {"educator", "the student's university", "a programme manager"},
        "private": set[str](),
    }
    for visibility, allowed in readers.items():
        body = {"visibility": visibility, "anonymised_confirmed": True}
        assert (await circle.student("POST", f"{path}/sharing", body)).status_code == 200
        found = {
            who
            for who, caller in circle.everybody_else().items()
            if (await caller("GET", path)).status_code == 200
        }
        assert (visibility, found) == (visibility, allowed)
        for who, caller in circle.everybody_else().items():
            listed = (await caller("GET", "/v1/reflections")).json()["items"]
            assert (who, bool(listed)) == (who, who in allowed)
            assert "heron" not in str(listed)


async def test_a_reader_of_a_shared_one_cannot_change_it(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    body = {"visibility": "facilitator", "anonymised_confirmed": True}
    await circle.student("POST", f"{path}/sharing", body)
    assert (await circle.facilitator("PATCH", path, {"text": "x"}, {"If-Match": "*"})).status_code == 403
    assert (await circle.facilitator("DELETE", path, headers={"If-Match": "*"})).status_code == 403


async def test_it_is_not_shared_before_it_is_confirmed_to_be_anonymised(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    refused = await circle.student("POST", f"{path}/sharing", {"visibility": "facilitator"})
    assert (refused.status_code, refused.json()["code"]) == (409, "anonymised_confirmation_required")
    assert (await circle.facilitator("GET", path)).status_code == 404


async def test_when_the_placement_ends_those_it_was_shared_with_lose_sight_of_it(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    body = {"visibility": "facilitator", "anonymised_confirmed": True}
    await circle.student("POST", f"{path}/sharing", body)
    assert (await circle.facilitator("GET", path)).status_code == 200
    members = (await circle.service.office("GET", f"/v1/hubs/{circle.hub.id}/memberships")).json()["items"]
    mine = next(m for m in members if m["university_id"] == str(NORTH))
    ended = await circle.service.office(
        "POST", f"/v1/memberships/{mine['id']}/ending", {"reason": "moved"}, {"If-Match": "*"}
    )
    assert ended.status_code == 200
    assert (await circle.facilitator("GET", path)).status_code == 404
    assert (await circle.student("GET", path)).status_code == 200


async def test_changes_need_the_version_and_an_old_one_is_refused(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    assert (await circle.student("PATCH", path, {"text": "x"})).status_code == 428
    assert (await circle.student("PATCH", path, {"text": "x"}, {"If-Match": '"1"'})).status_code == 200
    assert (await circle.student("PATCH", path, {"text": "y"}, {"If-Match": '"1"'})).status_code == 412
    assert (await circle.student("GET", path)).json()["text"] == "x"


async def test_deleted_it_is_gone(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    assert (await circle.student("DELETE", path, headers={"If-Match": '"1"'})).status_code == 204
    assert (await circle.student("GET", path)).status_code == 404


async def test_without_the_scope_even_the_student_is_refused(circle: Circle):
    reflection_id = await written(circle)
    claims = {**circle.student.claims, "scopes": [s for s in SCOPES if not s.startswith("reflections")]}
    without = Caller(circle.student.http, claims)
    refused = await without("GET", f"/v1/reflections/{reflection_id}")
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


async def test_a_refusal_does_not_repeat_what_was_written(circle: Circle):
    refused = await circle.student("POST", "/v1/reflections", {**BODY, "text": [PLANTED], "heron": PLANTED})
    assert refused.status_code == 422
    assert PLANTED not in refused.text


async def test_an_editor_saves_the_whole_text_and_a_repeated_save_changes_nothing(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    body = {"text": "A second thought."}
    assert (await circle.student("PUT", path, body)).status_code == 428
    saved = await circle.student("PUT", path, body, {"If-Match": '"1"'})
    assert (saved.status_code, saved.headers["etag"]) == (200, '"2"')
    assert "second" not in saved.text
    again = await circle.student("PUT", path, body, {"If-Match": '"2"'})
    assert again.headers["etag"] == '"2"'
    assert (await circle.student("PUT", path, BODY, {"If-Match": '"1"'})).status_code == 412
    seen = (await circle.student("GET", path)).json()
    assert (seen["title"], seen["text"], seen["pcf_domains"]) == (None, "A second thought.", [])
    file = {**BODY, "attachments": [{"name": "case.docx", "content": "UEsDBA=="}]}
    assert (await circle.student("PUT", path, file, {"If-Match": '"2"'})).status_code == 422
    for who, caller in circle.everybody_else().items():
        refused = await caller("PUT", path, body, {"If-Match": "*"})
        assert (who, refused.status_code in {403, 404}) == (who, True)


async def test_versions_are_for_the_student_whoever_it_was_shared_with(circle: Circle):
    path = f"/v1/reflections/{await written(circle)}"
    share = {"visibility": "facilitator", "anonymised_confirmed": True}
    await circle.student("POST", f"{path}/sharing", share)
    await circle.student("PUT", path, {"text": "Without the heron."}, {"If-Match": "*"})
    await circle.student("POST", f"{path}/sharing", share)
    (version,) = (await circle.student("GET", f"{path}/versions")).json()["items"]
    one = f"{path}/versions/{version['number']}"
    assert (await circle.student("GET", one)).json()["text"] == PLANTED
    for who, caller in circle.everybody_else().items():
        assert (who, (await caller("GET", f"{path}/versions")).json()["items"]) == (who, [])
        assert (who, (await caller("GET", one)).status_code) == (who, 404)
    assert (await circle.student("DELETE", path, headers={"If-Match": "*"})).status_code == 204
    assert (await circle.student("GET", one)).status_code == 404


async def test_prompts_are_offered_for_each_kind_of_session(circle: Circle):
    items = (await circle.student("GET", "/v1/reflection-prompts")).json()["items"]
    assert {item["session_kind"] for item in items} == {"reflective_skills", "practice_skills"}
    assert len({item["code"] for item in items}) == len(items)


async def test_a_student_takes_out_a_portfolio_and_nobody_else_sees_that_there_is_one(circle: Circle):
    first = await written(circle)
    script = {"title": "<b>Second</b>", "text": "<script>alert(1)</script>"}
    second = (await circle.student("POST", "/v1/reflections", script)).json()["id"]
    only = await circle.student("POST", "/v1/portfolios", {"shared_only": True})
    assert (only.status_code, only.json()["code"]) == (409, "nothing_to_export")
    made = await circle.student("POST", "/v1/portfolios", {})
    assert (made.status_code, made.json()["reflection_ids"]) == (201, [first, second])
    assert "heron" not in made.text
    path = made.headers["location"]
    items = (await circle.student("GET", path)).json()["items"]
    assert [item["text"] for item in items] == [PLANTED, script["text"]]
    page = await circle.student("GET", f"{path}/page")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert PLANTED in page.text
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    for who, caller in circle.everybody_else().items():
        assert (who, (await caller("GET", path)).status_code) == (who, 404)
        assert (who, (await caller("GET", f"{path}/page")).status_code) == (who, 404)
        assert (who, (await caller("GET", "/v1/portfolios")).json()["items"]) == (who, [])
        assert (who, (await caller("POST", "/v1/portfolios", {})).status_code) == (
            who,
            409 if who == "another student" else 403,
        )
    exported = (await circle.student("GET", f"/v1/reflections/{first}")).json()
    assert exported["exported_at"] is not None
    await circle.student("PUT", f"/v1/reflections/{first}", {"text": "New."}, {"If-Match": "*"})
    assert (await circle.student("GET", f"/v1/reflections/{first}")).json()["exported_at"] is None


async def test_only_the_student_sees_and_deletes_the_key_and_with_it_goes_everything(circle: Circle):
    reflection = f"/v1/reflections/{await written(circle)}"
    portfolio = (await circle.student("POST", "/v1/portfolios", {})).headers["location"]
    path = f"/v1/students/{circle.student.claims['person_id']}/reflection-key"
    for who, caller in circle.everybody_else().items():
        assert (who, (await caller("GET", path)).status_code) == (who, 404)
        refused = await caller("DELETE", f"{path}?confirmed=true", headers={"If-Match": "*"})
        assert (who, refused.status_code) == (who, 404)
    shown = await circle.student("GET", path)
    assert (shown.json()["reflections"], shown.json()["exported"], shown.json()["delete_on"]) == (1, 1, None)
    tag = {"If-Match": shown.headers["etag"]}
    assert (await circle.student("DELETE", path, headers=tag)).status_code == 422
    assert (await circle.student("DELETE", f"{path}?confirmed=true")).status_code == 428
    assert (await circle.student("DELETE", f"{path}?confirmed=true", headers=tag)).status_code == 204
    for gone in (reflection, portfolio, path):
        assert (await circle.student("GET", gone)).status_code == 404
    assert (await circle.student("GET", f"/v1/reflections/{await written(circle)}")).status_code == 200
