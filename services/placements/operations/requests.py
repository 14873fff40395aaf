"""Requests, as they are kept: the student's university writes them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.placements.domain.requests import EndingReason, faults_in_request
from services.placements.domain.vocabulary import RequestStatus
from services.placements.messages import RequestChanged
from services.placements.models.declarative import Tenanted
from services.placements.models.offers import Offer
from services.placements.models.organisations import Organisation
from services.placements.models.requests import Request
from services.placements.models.rounds import Round
from services.placements.models.settings import Setting
from services.placements.models.students import Student
from services.placements.operations.authors import Author
from services.placements.operations.resources import Mention, Resource, Values
from services.placements.queries.references import owners
from services.placements.queries.requests import levels_of, profiles_of

_KINDS: Mapping[str, type[Tenanted]] = {"offer": Offer, "setting": Setting, "organisation": Organisation}
"""What an id in a preference or conflict is of. Educators live in the educators service and are not looked up here."""

UNKNOWN_BEFORE = {"setting_id": None, "organisation_id": None, "directorate": None, "is_statutory": None}
"""A previous placement of which nothing is known yet."""


def _mentions(values: Values) -> Iterator[Mention]:
    for at, preference in enumerate(values.get("preferences", ())):
        if preference["kind"] in _KINDS:
            yield Mention(f"/preferences/{at}/value", _KINDS[preference["kind"]], UUID(preference["value"]))
    for at, conflict in enumerate(values.get("conflicts", ())):
        if conflict["kind"] in _KINDS:
            yield Mention(f"/conflicts/{at}/id", _KINDS[conflict["kind"]], UUID(conflict["id"]))
    for at, previous in enumerate(values.get("previous", ())):
        for kind in ("setting", "organisation"):
            if previous.get(f"{kind}_id"):
                yield Mention(f"/previous/{at}/{kind}_id", _KINDS[kind], UUID(previous[f"{kind}_id"]))


async def _complete(session: AsyncSession, author: Author, sets: Sequence[Values]) -> Sequence[Values]:
    """The round says the level where the request does not; a previous setting says its organisation and the rest."""
    levels = await levels_of(session, author.tenant, {s["round_id"] for s in sets if "round_id" in s})
    earlier = [p for s in sets for p in s.get("previous", ())]
    profiles = await profiles_of(
        session, author.tenant, {UUID(p["setting_id"]) for p in earlier if p.get("setting_id")}
    )

    def completed(values: Values) -> Values:
        done: dict[str, Any] = dict(values)
        if "round_id" in done and done.get("placement_level") is None:
            # A round that is not there is named as such; until then any level will do.
            done["placement_level"] = levels.get(done["round_id"], "first")
        if "previous" in done:
            done["previous"] = [_filled(previous, profiles) for previous in done["previous"]]
        return done

    return [completed(values) for values in sets]


def _filled(previous: Mapping[str, Any], profiles: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    given = {name: value for name, value in previous.items() if value is not None}
    return {**UNKNOWN_BEFORE, **profiles.get(str(previous.get("setting_id")), {}), **given}


async def _university(session: AsyncSession, author: Author, rows: Sequence[Request]) -> list[Iterable[UUID]]:
    whose = await owners(session, author.tenant, Student, {row.student_id for row in rows})
    return [[owner] if (owner := whose.get(row.student_id)) else [] for row in rows]


def end(request: Request, status: RequestStatus, reason: EndingReason, now: datetime) -> None:
    """Take a request that is held for update out of its round."""
    request.status, request.status_reason, request.closed_at = status.value, reason.value, now
    request.version += 1
    request.updated_at = now


REQUEST = Resource(
    name="request",
    model=Request,
    references={"round_id": Round, "student_id": Student},
    owner="student_id",
    defaults={
        "preferences": [],
        "max_travel_minutes": None,
        "adjustments": [],
        "clearances": [],
        "conflicts": [],
        "previous": [],
        "status": "open",
        "status_reason": None,
        "closed_at": None,
        "deferred_to_request_id": None,
    },
    complete=_complete,
    mentions=_mentions,
    rule=faults_in_request,
    message=RequestChanged,
    audience=_university,
)
"""A student's need for one placement."""
