"""Lists: read in pages, narrowed by filters."""

from collections.abc import Callable
from typing import Any

import httpx

from shared.db import Database
from shared.ids import new_id
from tests.placements.callers import office
from tests.placements.factories import Partnership, a_capacity_statement, a_partnership, an_organisation


async def test_a_list_is_read_in_pages_and_its_cursor_keeps_to_its_filters(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    partnership = new_id()
    for number in range(5):
        await an_organisation(partnerships_db, partnership, name=f"Council {number}")
    await an_organisation(partnerships_db, partnership, name="Uni", org_type="hei")
    seen: list[str] = []
    query: dict[str, Any] = {"org_type": "local_authority", "limit": 2}
    for _ in range(3):
        answer = await partnerships_client.get("/v1/organisations", params=query, headers=office(partnership))
        seen += [item["name"] for item in answer.json()["items"]]
        query["cursor"] = answer.json()["next_cursor"]
    assert query["cursor"] is None
    assert seen == [f"Council {number}" for number in range(5)]
    first = (await partnerships_client.get("/v1/organisations?limit=2", headers=office(partnership))).json()
    other = f"/v1/organisations?limit=2&org_type=hei&cursor={first['next_cursor']}"
    assert (await partnerships_client.get(other, headers=office(partnership))).status_code == 400


FILTERS: list[tuple[str, str, Callable[[Partnership], Any], Callable[[Partnership], Any]]] = [
    ("settings", "organisation_id", lambda p: p.council.id, lambda p: p.university.id),
    ("settings", "directorate", lambda _: "childrens", lambda _: "adults"),
    ("settings", "service_area", lambda _: "children_in_care", lambda _: "hospital"),
    ("programmes", "organisation_id", lambda p: p.university.id, lambda p: p.council.id),
    ("students", "organisation_id", lambda p: p.university.id, lambda p: p.council.id),
    ("students", "programme_id", lambda p: p.programme.id, lambda _: new_id()),
    ("students", "intake_year", lambda _: 2025, lambda _: 2026),
    ("people", "organisation_id", lambda p: p.council.id, lambda _: new_id()),
    ("people", "role", lambda _: "on_site_supervisor", lambda _: "panel_chair"),
    ("rounds", "academic_year", lambda _: "2026-27", lambda _: "2027-28"),
    ("rounds", "placement_level", lambda _: "final", lambda _: "first"),
    ("capacity-statements", "setting_id", lambda p: p.setting.id, lambda _: new_id()),
    ("capacity-statements", "academic_year", lambda _: "2026-27", lambda _: "2027-28"),
    ("offers", "round_id", lambda p: p.round.id, lambda _: new_id()),
    ("offers", "setting_id", lambda p: p.setting.id, lambda _: new_id()),
    ("offers", "educator_id", lambda p: p.educator_id, lambda _: new_id()),
    ("requests", "round_id", lambda p: p.round.id, lambda _: new_id()),
    ("requests", "student_id", lambda p: p.student.id, lambda _: new_id()),
]


async def test_every_filter_narrows_its_list(
    partnerships_db: Database, partnerships_client: httpx.AsyncClient
) -> None:
    p = await a_partnership(partnerships_db)
    await a_capacity_statement(partnerships_db, p.id, setting_id=p.setting.id)
    for path, name, matching, other in FILTERS:
        found = [
            len(
                (await partnerships_client.get(f"/v1/{path}?{name}={v}", headers=office(p.id))).json()[
                    "items"
                ]
            )
            for v in (matching(p), other(p))
        ]
        assert found == [1, 0], (path, name)
