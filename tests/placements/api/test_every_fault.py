"""One answer names everything that is wrong: single members, what contradicts each other, and what is not there."""

from typing import Any

import httpx
import pytest

from shared.db import Database
from shared.ids import new_id
from tests.placements.bodies import kind_of
from tests.placements.callers import office
from tests.placements.factories import a_partnership

UNKNOWN, STUDENT = str(new_id()), str(new_id())
AREA = {"kind": "service_area", "value": "hospital"}
ALL = [
    (
        "rounds",
        {
            "starts_on": "2027-05-05",
            "ends_on": "2027-03-26",
            "days_required": "many",
            "surprise": 1,
            "stages": {"capacity_on": "soon", "matching_on": "2026-07-01", "answers_on": "2026-06-01"},
            "preference_deadline_on": "2026-07-03",
            "targets": [{"organisation_id": UNKNOWN, "places": 1}] * 2,
        },
        {
            "/days_required",
            "/ends_on",
            "/stages/answers_on",
            "/stages/capacity_on",
            "/stages/matching_on",
            "/surprise",
            "/targets/1",
        },
    ),
    (
        "requests",
        {"preferences": [{"rank": 1, **AREA}, {"rank": 2, **AREA}], "home": {"latitude": 91, "longitude": 0}},
        {"/home/latitude", "/preferences/1"},
    ),
    (
        "offers",
        {
            "setting_id": UNKNOWN,
            "second_setting_id": UNKNOWN,
            "reserved_for_request_id": UNKNOWN,
            "places": 2,
            "clearances": [""],
        },
        {"/clearances/0", "/places", "/second_setting_id"},
    ),
    (
        "capacity-statements",
        {"appetite": "not_offering", "academic_year": "2026-28", "reasons": []},
        {"/academic_year", "/reasons"},
    ),
]


@pytest.mark.parametrize(("name", "members", "pointers"), ALL, ids=[name for name, *_ in ALL])
async def test_faulty_members_do_not_hide_what_contradicts_itself(
    partnerships_db: Database,
    partnerships_client: httpx.AsyncClient,
    name: str,
    members: dict[str, Any],
    pointers: set[str],
) -> None:
    p = await a_partnership(partnerships_db)
    body = kind_of(name, p).body | members
    refused = await partnerships_client.post(f"/v1/{name}", json=body, headers=office(p.id))
    assert (refused.status_code, {e["pointer"] for e in refused.json()["errors"]}) == (422, pointers)


async def test_what_is_not_there_does_not_hide_what_contradicts_itself(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    same = {"setting_id": UNKNOWN, "second_setting_id": UNKNOWN, "reserved_for_request_id": None}
    body = kind_of("offers", p).body | same
    refused = await partnerships_client.post("/v1/offers", json=body, headers=office(p.id))
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
        ("/setting_id", "unknown_reference"),
        ("/second_setting_id", "unknown_reference"),
        ("/second_setting_id", "same_setting"),
    ]


async def test_a_patch_is_not_blamed_for_what_it_leaves_alone(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    changed = {"appetite": "not_offering", "places": -1}
    path = f"/v1/capacity-statements/{new_id()}"
    headers = office(p.id) | {"If-Match": '"1"'}
    refused = await partnerships_client.patch(path, json=changed, headers=headers)
    assert {e["pointer"] for e in refused.json()["errors"]} == {"/places"}


@pytest.mark.parametrize("body", [[], 7, "text", None, {"stages": [], "targets": {"a": 1}, "rules": 0}])
async def test_a_body_of_another_shape_is_refused(partnerships_client: httpx.AsyncClient, body: Any) -> None:
    refused = await partnerships_client.post("/v1/rounds", json=body, headers=office(new_id()))
    assert refused.status_code == 422
