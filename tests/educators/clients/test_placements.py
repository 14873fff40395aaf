from typing import Any
from uuid import UUID

import httpx
import pytest

from services.educators.clients.placements import Placements
from shared.http.sister import Sister, SisterDown
from shared.ids import new_id
from tests.educators.sisters import FixedTokens, SomeOrganisations

PARTNERSHIP = new_id()


def asking(http: httpx.AsyncClient) -> Placements:
    return Placements(Sister("placements", "http://placements.test", http, FixedTokens(), attempts=1))


def with_names(*names: tuple[str, str, UUID]) -> httpx.MockTransport:
    """Organisations listed on one page: (system, value, id)."""
    items: dict[UUID, dict[str, Any]] = {}
    for system, value, id_ in names:
        items.setdefault(id_, {"id": str(id_), "external_ids": []})["external_ids"].append(
            {"system": system, "value": value}
        )
    return httpx.MockTransport(
        lambda _: httpx.Response(200, json={"items": list(items.values()), "next_cursor": None})
    )


async def test_names_are_found_page_by_page() -> None:
    organisations = SomeOrganisations(system="hr")
    ids = {name: organisations.add(name) for name in ("A", "B", "C", "D", "E")}
    async with httpx.AsyncClient(transport=httpx.MockTransport(organisations.answer)) as http:
        found = await asking(http).organisations_named(PARTNERSHIP, "hr", ["A", "E", "X"])
    assert found == {"A": ids["A"], "E": ids["E"]}


async def test_the_asked_systems_name_goes_before_anothers() -> None:
    ours, theirs = new_id(), new_id()
    async with httpx.AsyncClient(transport=with_names(("other", "A", theirs), ("hr", "A", ours))) as http:
        assert await asking(http).organisations_named(PARTNERSHIP, "hr", ["A"]) == {"A": ours}


async def test_another_systems_name_counts_if_it_stands_for_one_organisation() -> None:
    one, two = new_id(), new_id()
    names = (("office", "A", one), ("office", "B", one), ("finance", "B", two))
    async with httpx.AsyncClient(transport=with_names(*names)) as http:
        assert await asking(http).organisations_named(PARTNERSHIP, "hr", ["A", "B"]) == {"A": one}


async def test_an_organisation_is_known_or_not() -> None:
    organisations = SomeOrganisations()
    known = organisations.add("A")
    async with httpx.AsyncClient(transport=httpx.MockTransport(organisations.answer)) as http:
        assert await asking(http).knows_organisation(PARTNERSHIP, known)
        assert not await asking(http).knows_organisation(PARTNERSHIP, new_id())


@pytest.mark.parametrize("status", [401, 403, 503])
async def test_a_sister_that_will_not_say_is_as_good_as_down(status: int) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status))
    async with httpx.AsyncClient(transport=transport) as http:
        with pytest.raises(SisterDown):
            await asking(http).knows_organisation(PARTNERSHIP, new_id())
