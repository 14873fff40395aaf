from typing import Any

import pytest

from shared.ids import new_id
from tests.educators.callers import the_office
from tests.educators.cpd import BEGINS, Partners, a_course, a_session, good, instant, refused
from tests.educators.factories import told

PATH = "/v1/cpd-activities"


async def test_an_activity_is_prepared_opened_and_seen(partners: Partners) -> None:
    body = a_course(partners.university, description="A day together.")
    made = await partners.host.post(PATH, body)
    assert body.items() <= good(made).items()
    path = made.headers["location"]
    council = partners.system_of(partners.council)
    assert (await council.get(path)).status_code == 404
    assert good(await council.get(PATH))["items"] == []
    assert good(await partners.host.get(path))["status"] == "draft"
    educator = await partners.an_educator()
    opened = await partners.host.post(f"{path}/opening", None, If_Match=made.headers["etag"])
    assert (good(opened)["status"], good(opened)["booked"], good(opened)["waiting"]) == ("open", 0, 0)
    for caller in (partners.office, council, partners.person(educator)):
        assert good(await caller.get(path)) == good(opened)
        assert good(await caller.get(PATH))["items"] == [good(opened)]
    assert (await the_office(partners.client, new_id()).get(path)).status_code == 404
    assert await told(partners.db) == [
        (
            "cpd_activity.opened",
            {"organisation_id": str(partners.university), "kind": "course", "starts_on": "2026-11-05"},
        )
    ]


async def test_an_activity_for_some_partners_is_seen_by_those_only(partners: Partners) -> None:
    path = await partners.open(open_to=[str(partners.council)])
    ours, theirs = await partners.an_educator(), await partners.an_educator(partners.other)
    for caller, expected in (
        (partners.system_of(partners.council), 200),
        (partners.system_of(partners.other), 404),
        (partners.person(ours), 200),
        (partners.person(theirs), 404),
        (partners.host, 200),
    ):
        assert (await caller.get(path)).status_code == expected
    assert refused(await partners.office.post(f"{path}/bookings", {"educator_id": str(theirs.id)})) == (
        403,
        "not_open_to_organisation",
    )
    good(await partners.office.post(f"{path}/bookings", {"educator_id": str(ours.id)}))


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"level": 2}, "/level", "level_and_kind"),
        ({"kind": "reflective_programme"}, "/level", "level_and_kind"),
        ({"places": None}, "/places", "places_missing"),
        ({"sessions": [a_session(7), a_session()]}, "/sessions/1/starts_at", "out_of_order"),
        (
            {"sessions": [{"starts_at": instant(BEGINS), "ends_at": instant(BEGINS)}]},
            "/sessions/0/ends_at",
            "ends_before_it_begins",
        ),
        ({"booking_closes_at": "2026-11-06T09:00:00Z"}, "/booking_closes_at", "closes_after_it_begins"),
        ({"replay_until_on": "2026-12-01"}, "/replay_until_on", "no_replay"),
        (
            {"kind": "online_session", "replay_until_on": "2026-11-04"},
            "/replay_until_on",
            "ends_before_it_begins",
        ),
        ({"open_to": [str(new_id())]}, "/open_to/0", "unknown_reference"),
        ({"hours": 0.1}, "/hours", "multiple_of"),
        ({"price_pence": -1}, "/price_pence", "greater_than_equal"),
        ({"sessions": []}, "/sessions", "too_short"),
    ],
)
async def test_what_does_not_go_together_is_refused(
    partners: Partners, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await partners.host.post(PATH, a_course(partners.university, **changes))
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [(pointer, code)]
    path = await partners.a_draft()
    assert (await partners.host.patch(path, changes)).status_code == 422
    assert good(await partners.host.get(PATH))["items"] == [good(await partners.host.get(path))]


async def test_all_faults_are_told_at_once(partners: Partners) -> None:
    changes = {"level": 1, "places": None, "booking_closes_at": "2026-12-01T09:00:00Z"}
    answer = await partners.host.post(PATH, a_course(partners.university, **changes))
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/level",
        "/places",
        "/booking_closes_at",
    ]


async def test_only_the_host_prepares_changes_and_calls_off(partners: Partners) -> None:
    path = await partners.open()
    educator = await partners.an_educator()
    for caller in (partners.system_of(partners.council), partners.person(educator)):
        assert (await caller.post(PATH, a_course(partners.university))).status_code == 403
        assert refused(await caller.patch(path, {"places": 3})) == (403, "not_the_host")
        assert refused(await caller.post(f"{path}/cancellation", None, If_Match="*")) == (403, "not_the_host")
        assert (await caller.put(f"{path}/attendance", {"entries": []})).status_code == 403
    assert refused(await partners.host.patch(path, {"organisation_id": str(partners.council)})) == (
        403,
        "not_the_host",
    )


async def test_a_change_is_based_on_what_was_seen(partners: Partners) -> None:
    path = await partners.a_draft()
    first = (await partners.host.get(path)).headers["etag"]
    changed = await partners.host.patch(path, {"sessions": [a_session(), a_session(7)]}, first)
    assert [each["starts_at"] for each in good(changed)["sessions"]] == [
        "2026-11-05T09:30:00Z",
        "2026-11-12T09:30:00Z",
    ]
    assert good(changed)["ends_at"] == "2026-11-12T15:30:00Z"
    assert (await partners.host.patch(path, {"title": "Later"}, first)).status_code == 412
    assert (await partners.host.patch(path, {"title": "Later"}, None)).status_code == 428
    same = await partners.host.patch(path, {"sessions": [a_session(), a_session(7)], "hours": 5.5})
    assert same.headers["etag"] == changed.headers["etag"]


async def test_a_draft_is_removed_and_what_was_open_is_called_off(partners: Partners) -> None:
    draft, path = await partners.a_draft(), await partners.open()
    unseen = await partners.host.post(f"{draft}/cancellation", None, If_Match="*")
    assert refused(unseen) == (409, "invalid_state")
    assert (await partners.host.delete(draft)).status_code == 428
    assert (await partners.host.delete(draft, If_Match="*")).status_code == 204
    assert (await partners.host.get(draft)).status_code == 404
    kept = await partners.host.delete(path, If_Match="*")
    assert (kept.status_code, kept.json()["allowed"]) == (
        409,
        ["attendance", "booking", "cancellation", "change"],
    )
    educators = await partners.educators(3)
    await partners.booked(path, *educators)
    off = good(await partners.host.post(f"{path}/cancellation", None, If_Match="*"))
    assert (off["status"], off["booked"], off["waiting"]) == ("cancelled", 0, 0)
    listed = good(await partners.host.get(f"/v1/bookings?activity_id={off['id']}"))["items"]
    assert [each["status"] for each in listed] == ["cancelled"] * 3
    news = [type_ for type_, _ in await told(partners.db)]
    assert news[-4:] == [*["booking.cancelled"] * 3, "cpd_activity.cancelled"]
    for step in ("opening", "cancellation"):
        answer = await partners.host.post(f"{path}/{step}", None, If_Match="*")
        assert refused(answer) == (409, "invalid_state")


async def test_what_has_begun_is_not_opened(partners: Partners) -> None:
    path = await partners.a_draft()
    partners.clock.move(BEGINS - partners.clock.now())
    answer = await partners.host.post(f"{path}/opening", None, If_Match="*")
    assert refused(answer) == (409, "already_begun")


async def test_the_catalogue_is_narrowed_and_read_in_pages(partners: Partners) -> None:
    course = good(await partners.host.get(await partners.open()))["id"]
    online = await partners.open(kind="online_session", places=None, sessions=[a_session(30)])
    online_id = good(await partners.host.get(online))["id"]
    draft = good(await partners.host.get(await partners.a_draft()))["id"]

    async def found(asked: str) -> list[str]:
        return [each["id"] for each in good(await partners.host.get(f"{PATH}?{asked}"))["items"]]

    assert await found("") == [course, online_id, draft]
    assert await found("status=draft") == [draft]
    assert await found("kind=online_session&status=open") == [online_id]
    assert await found("from=2026-11-06") == [online_id]
    assert await found("from=2026-11-05") == [course, online_id, draft]
    assert await found(f"organisation_id={partners.council}") == []
    page = good(await partners.host.get(f"{PATH}?limit=2"))
    assert await found(f"limit=2&cursor={page['next_cursor']}") == [draft]
