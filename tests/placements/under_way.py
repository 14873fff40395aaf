"""A placement under way with everybody around it, and calls by each of them; for tests of a placement's life over HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx

from shared.ids import new_id
from tests.placements.callers import a_person_as, member, office
from tests.placements.struggling import Struggling

SCOPES = (
    "placements:read",
    "placements:write",
    "monitoring:write",
    "concerns:read",
    "changes:read",
)


@dataclass(frozen=True)
class UnderWay:
    """A placement and whoever calls about it."""

    client: httpx.AsyncClient
    at: Struggling

    @property
    def path(self) -> str:
        return f"/v1/placements/{self.at.placement_id}"

    def the(self, who: str) -> dict[str, str]:
        """The headers of somebody around the placement."""
        at, tenant = self.at, self.at.partnership_id
        if who == "office":
            return office(tenant, SCOPES)
        if who in ("university", "host"):
            return member(tenant, at.university_id if who == "university" else at.host_id, SCOPES)
        known = {**at.people, "student": at.student_id, "practice_educator": at.educator_id}
        # People of a council or university stand for it only in some roles; the token names it in any.
        return a_person_as(who, known[who], partnership_id=tenant, scopes=SCOPES)

    async def call(
        self, who: str, method: str, path: str, body: Any = None, *, version: str = "*"
    ) -> httpx.Response:
        """One call; a path without a slash in front is about the placement."""
        headers = {**self.the(who), "Idempotency-Key": str(new_id()), "If-Match": version}
        url = path if path.startswith("/") else f"{self.path}/{path}" if path else self.path
        return await self.client.request(method, url, json=body, headers=headers)

    async def get(self, who: str, path: str) -> Any:
        """What a good GET answers."""
        answer = await self.call(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()
