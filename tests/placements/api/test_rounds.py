"""The rules of a round."""

from typing import Any

import httpx
import pytest

from shared.db import Database
from shared.ids import new_id
from tests.placements.callers import office
from tests.placements.factories import a_partnership

A_ROUND = {
    "name": "Autumn",
    "placement_level": "final",
    "academic_year": "2026-27",
    "starts_on": "2026-10-05",
    "ends_on": "2027-03-26",
    "days_required": 100,
    "preference_deadline_on": "2026-07-03",
}


async def test_a_round_without_rules_has_the_default_ones(partnerships_client: httpx.AsyncClient) -> None:
    added = await partnerships_client.post("/v1/rounds", json=A_ROUND, headers=office(new_id()))
    rules = added.json()["rules"]
    assert rules["aims"][0] == "placed"
    assert rules["aims"][-1] == "lottery"
    assert rules["lottery_seed"] is None
    assert added.json()["published_run_id"] is None


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"rules": {"aims": ["rank_sum", "placed", "lottery"]}}, "/rules/aims"),
        ({"rules": {"aims": ["placed", "rank_sum"]}}, "/rules/aims"),
        ({"rules": {"aims": ["placed", "placed", "lottery"]}}, "/rules/aims"),
        ({"rules": {"contrast": ["ethnicity"]}}, "/rules/contrast/0"),
        ({"rules": {"travel_cap_minutes": 100_000}}, "/rules/travel_cap_minutes"),
        ({"rules": {"weights": {}}}, "/rules/weights"),
        ({"rules": {"caps": [{"kind": "setting", "id": str(new_id()), "seats": 1}]}}, "/rules/caps/0/id"),
        ({"academic_year": "2026-28"}, "/academic_year"),
        ({"ends_on": "2026-10-04"}, "/ends_on"),
        ({"days_required": 0}, "/days_required"),
        ({"starts_on": "1800-01-01"}, "/starts_on"),
    ],
)
async def test_a_faulty_round_is_told_where_the_fault_is(
    partnerships_client: httpx.AsyncClient, members: dict[str, Any], pointer: str
) -> None:
    refused = await partnerships_client.post("/v1/rounds", json=A_ROUND | members, headers=office(new_id()))
    assert refused.status_code == 422
    assert pointer in [e["pointer"] for e in refused.json()["errors"]]


async def test_caps_and_agreements_name_what_is_there(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    rules = {
        "caps": [{"kind": "setting", "id": str(p.setting.id), "seats": 2}],
        "agreements": [{"university_id": str(p.university.id), "organisation_id": str(p.council.id)}],
    }
    added = await partnerships_client.post(
        "/v1/rounds", json=A_ROUND | {"rules": rules}, headers=office(p.id)
    )
    assert added.status_code == 201
    assert rules.items() <= added.json()["rules"].items()
