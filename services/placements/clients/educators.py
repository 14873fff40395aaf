"""Questions to the educators service: who an educator is, whether they may take a placement, and their seats."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from services.placements.domain.eligibility import Eligibility, RuleResult
from shared.errors import Conflict
from shared.http.sister import Sister, SisterRefused
from shared.ids import new_id

A_PERSON_WAITS = 5.0
"""Seconds that the answer about a batch may take where somebody looks at the screen, all attempts together."""

A_JOB_WAITS = 15.0
"""Seconds that it may take where nobody does."""

AT_ONCE = 2000
"""How many educators one question may be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementShape:
    """The placement an educator would take, as far as eligibility depends on it. Both days are counted."""

    placement_level: str
    starts_on: date
    ends_on: date
    student_id: UUID | None = None
    placement_id: UUID | None = None
    """The placement itself where it exists: a seat that it holds is not counted against it, and the answer is kept there."""

    on_site_supervisor_named: bool | None = None
    """Whether somebody supervises on site day by day; None when nobody is named yet."""


class EducatorFull(Conflict):
    """The educator has no free seat in the placement's time."""

    def __init__(self) -> None:
        super().__init__("educator_full", "The practice educator has no free seat in this time.")


class Educators:
    """The educators service, asked on behalf of one partnership at a time. Raises `SisterDown` when it does not answer."""

    def __init__(self, sister: Sister) -> None:
        self._sister = sister

    async def lookup(self, partnership_id: UUID, numbers: Collection[str]) -> dict[str, UUID]:
        """The educators with these Social Work England numbers; a number nobody has is left out."""
        found: dict[str, UUID] = {}
        for some in _in_parts(sorted(set(numbers))):
            answer = await self._ask(
                partnership_id, "/v1/educators/lookup", {"social_work_england_numbers": some}, A_JOB_WAITS
            )
            found |= {item["social_work_england_number"]: UUID(item["id"]) for item in answer["items"]}
        return found

    async def eligibility(
        self,
        partnership_id: UUID,
        shape: PlacementShape,
        educator_ids: Collection[UUID],
        *,
        patience: float = A_PERSON_WAITS,
    ) -> dict[UUID, Eligibility]:
        """Whether each of these educators may take such a placement, with every rule; an unknown educator is left out.

        `patience`: seconds for each batch of up to `AT_ONCE`.
        """
        placement: dict[str, Any] = {
            "placement_level": shape.placement_level,
            "starts_on": shape.starts_on.isoformat(),
            "ends_on": shape.ends_on.isoformat(),
        }
        known = {"student_id": shape.student_id, "placement_id": shape.placement_id}
        placement |= {name: str(value) for name, value in known.items() if value is not None}
        if shape.on_site_supervisor_named is not None:
            placement["on_site_supervisor_named"] = shape.on_site_supervisor_named
        decided: dict[UUID, Eligibility] = {}
        for some in _in_parts(sorted(str(i) for i in set(educator_ids))):
            body = {"placement": placement, "educator_ids": some}
            answer = await self._ask(partnership_id, "/v1/eligibility-decisions", body, patience)
            decided |= {each.educator_id: each for each in map(_eligibility, answer["items"])}
        return decided

    async def hold_seat(
        self, partnership_id: UUID, placement_id: UUID, educator_id: UUID, starts_on: date, ends_on: date
    ) -> None:
        """Hold one of the educator's seats for a placement; holding it again changes nothing. Raises `EducatorFull`."""
        body = {
            "educator_id": str(educator_id),
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat(),
        }
        try:
            path = f"/v1/seats/{placement_id}"
            await self._sister.ask("PUT", path, partnership_id=partnership_id, json=body)
        except SisterRefused as refused:
            if refused.code == "educator_full":
                raise EducatorFull from refused
            raise

    async def release_seat(self, partnership_id: UUID, placement_id: UUID) -> None:
        """Give the seat of a placement back; where none is held nothing happens."""
        try:
            await self._sister.ask("DELETE", f"/v1/seats/{placement_id}", partnership_id=partnership_id)
        except SisterRefused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise

    async def _ask(self, partnership_id: UUID, path: str, body: dict[str, Any], patience: float) -> Any:
        # A question is no effect: the key only says that it may be asked again.
        key = str(new_id())
        return await self._sister.ask(
            "POST", path, partnership_id=partnership_id, json=body, idempotency_key=key, timeout=patience
        )


def _in_parts(items: Sequence[str]) -> list[Sequence[str]]:
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]


def _eligibility(item: dict[str, Any]) -> Eligibility:
    seats = item.get("seats") or {}
    rules = [
        RuleResult(
            code=rule["code"],
            result=rule["result"],
            detail=rule.get("detail") or "",
            fix=rule.get("fix"),
            waivable=bool(rule.get("waivable")),
        )
        for rule in item["rules"]
    ]
    return Eligibility(
        educator_id=UUID(item["educator_id"]),
        outcome=item["outcome"],
        rules=tuple(rules),
        max_concurrent=seats.get("max_concurrent"),
        free_seats=seats.get("free"),
    )
