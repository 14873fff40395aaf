"""What a request says, and to whom."""

from typing import Any

import httpx
import pytest

from shared.db import Database
from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.factories import Partnership, a_partnership, a_placement, a_student


async def a_body(db: Database, p: Partnership, **members: Any) -> dict[str, Any]:
    student = await a_student(db, p.id, organisation_id=p.university.id)
    return {
        "round_id": str(p.round.id),
        "student_id": str(student.id),
        "home": {"latitude": 50.9, "longitude": -1.4},
        "can_drive": True,
        **members,
    }


async def test_the_round_says_the_level_where_the_request_does_not(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    body = await a_body(partnerships_db, p)
    added = await partnerships_client.post("/v1/requests", json=body, headers=office(p.id))
    assert added.json()["placement_level"] == "final"
    body = await a_body(partnerships_db, p, placement_level="repeat_final")
    added = await partnerships_client.post("/v1/requests", json=body, headers=office(p.id))
    assert added.json()["placement_level"] == "repeat_final"


async def test_a_previous_setting_says_what_can_be_known_of_it(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    previous = [{"setting_id": str(p.setting.id)}, {"directorate": "adults"}]
    body = await a_body(partnerships_db, p, previous=previous)
    added = await partnerships_client.post("/v1/requests", json=body, headers=office(p.id))
    assert added.json()["previous"] == [
        {
            "setting_id": str(p.setting.id),
            "organisation_id": str(p.council.id),
            "directorate": "childrens",
            "is_statutory": True,
        },
        {"setting_id": None, "organisation_id": None, "directorate": "adults", "is_statutory": None},
    ]


async def test_what_is_sensitive_needs_its_own_scope_except_for_the_student(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    address = f"/v1/requests/{p.request.id}"
    plain = member(p.id, p.university.id, scopes=["placements:read"])
    discreet = (await partnerships_client.get(address, headers=plain)).json()
    assert [discreet[name] for name in ("home", "adjustments", "conflicts")] == [None, None, None]
    trusted = member(p.id, p.university.id, scopes=["placements:read", "students.sensitive:read"])
    full = (await partnerships_client.get(address, headers=trusted)).json()
    assert full["home"] == {"latitude": 50.9, "longitude": -1.39}
    student = a_person_as("student", p.student.id, partnership_id=p.id, scopes=["placements:read"])
    assert (await partnerships_client.get(address, headers=student)).json() == full


async def test_a_host_sees_no_wishes(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    await a_placement(partnerships_db, p)
    address = f"/v1/requests/{p.request.id}"
    hidden = await partnerships_client.get(address, headers=member(p.id, p.council.id))
    assert hidden.status_code == 404


async def test_a_student_has_one_request_in_a_round(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    body = await a_body(partnerships_db, p, student_id=str(p.student.id))
    refused = await partnerships_client.post("/v1/requests", json=body, headers=office(p.id))
    assert (refused.status_code, refused.json()["code"]) == (409, "request_exists")


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"preferences": [{"rank": 0, "kind": "locality", "value": "east"}]}, "/preferences/0/rank"),
        ({"preferences": [{"rank": 1, "kind": "setting", "value": "east"}]}, "/preferences/0/value"),
        ({"preferences": [{"rank": 1, "kind": "directorate", "value": "east"}]}, "/preferences/0/value"),
        ({"preferences": [{"rank": 1, "kind": "locality", "value": "east"}] * 11}, "/preferences"),
        ({"preferences": [{"rank": 1, "kind": "offer", "value": str(new_id())}]}, "/preferences/0/value"),
        ({"conflicts": [{"kind": "setting", "id": str(new_id())}]}, "/conflicts/0/id"),
        ({"previous": [{"setting_id": str(new_id())}]}, "/previous/0/setting_id"),
        ({"previous": [{}]}, "/previous/0"),
        ({"home": {"latitude": 91, "longitude": 0}}, "/home/latitude"),
        ({"max_travel_minutes": 0}, "/max_travel_minutes"),
        ({"round_id": str(new_id())}, "/round_id"),
    ],
)
async def test_a_faulty_request_is_told_where_the_fault_is(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient, members: dict[str, Any], pointer: str
) -> None:
    p = await a_partnership(partnerships_db)
    body = await a_body(partnerships_db, p) | members
    refused = await partnerships_client.post("/v1/requests", json=body, headers=office(p.id))
    assert refused.status_code == 422
    assert pointer in [e["pointer"] for e in refused.json()["errors"]]
