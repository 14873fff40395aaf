"""Questions to the placements service: organisations and what others call them, how placements stand, what is asked for."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from services.educators.domain.capacity import Demand
from shared.http.sister import Sister, SisterDown, SisterRefused

AT_ONCE = 200


class Placements:
    """The placements service, asked on behalf of one partnership at a time. Raises `SisterDown` when it does not answer."""

    def __init__(self, sister: Sister) -> None:
        self._sister = sister

    async def knows_organisation(self, partnership_id: UUID, organisation_id: UUID) -> bool:
        """Whether this is an organisation of the partnership."""
        return await self._found(partnership_id, f"/v1/organisations/{organisation_id}") is not None

    async def status_of(self, partnership_id: UUID, placement_id: UUID) -> str | None:
        """The status of a placement as it is now; None when the partnership has no such placement."""
        found = await self._found(partnership_id, f"/v1/placements/{placement_id}")
        return None if found is None else str(found["status"])

    async def organisations(self, partnership_id: UUID) -> frozenset[UUID]:
        """All organisations of the partnership."""
        return frozenset([UUID(each["id"]) async for each in self._organisations(partnership_id)])

    async def organisations_named(
        self, partnership_id: UUID, system: str, names: Sequence[str]
    ) -> Mapping[str, UUID]:
        """The organisations with these external ids; unknown ones are left out.

        A name of the asked system goes first. A name that only other systems use counts if it stands for one organisation.
        """
        exact: dict[str, UUID] = {}
        elsewhere: dict[str, set[UUID]] = defaultdict(set)
        async for organisation in self._organisations(partnership_id):
            for known in organisation["external_ids"]:
                elsewhere[known["value"]].add(UUID(organisation["id"]))
                if known["system"] == system:
                    exact[known["value"]] = UUID(organisation["id"])
        only = {name: next(iter(ids)) for name, ids in elsewhere.items() if len(ids) == 1}
        return {name: id_ for name, id_ in (only | exact).items() if name in names}

    async def demand(self, partnership_id: UUID, first: date, last: date) -> Demand:
        """What students ask for in rounds that overlap these days, both included."""
        params = {"from": first.isoformat(), "to": last.isoformat()}
        try:
            told = await self._sister.ask("GET", "/v1/demand", partnership_id=partnership_id, params=params)
        except SisterRefused as refused:
            raise SisterDown("placements") from refused
        return Demand(told["requests"], told["placed"])

    async def _found(self, partnership_id: UUID, path: str) -> Any:
        """What is there; None only when the sister herself says that it is not there, and not something before her."""
        try:
            return await self._sister.ask("GET", path, partnership_id=partnership_id)
        except SisterRefused as refused:
            if (refused.status, refused.code) != (HTTPStatus.NOT_FOUND, "not_found"):
                raise SisterDown("placements") from refused
            return None

    async def _organisations(self, partnership_id: UUID) -> AsyncIterator[dict[str, Any]]:
        params: dict[str, Any] | None = {"limit": AT_ONCE}
        while params:
            page = await self._sister.ask(
                "GET", "/v1/organisations", partnership_id=partnership_id, params=params
            )
            for organisation in page["items"]:
                yield organisation
            cursor = page["next_cursor"]
            params = {"limit": AT_ONCE, "cursor": cursor} if cursor else None
