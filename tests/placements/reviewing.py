"""Reviews of a placement under way, answered and moderated over HTTP; for tests of what becomes of them."""

from typing import Any

import httpx

from services.placements.models.placements import Placement
from services.placements.operations.review_planning import open_reviews
from shared.clock import StoppedClock
from shared.db import Database
from tests.placements import struggling
from tests.placements.under_way import UnderWay


async def with_reviews(
    client: httpx.AsyncClient, db: Database, clock: StoppedClock, **facts: Any
) -> UnderWay:
    """A placement that starts now, with its reviews open."""
    at = await struggling.a_placement(db, now=clock.now(), **facts)
    async with db.begin() as session:
        placement = await session.get(Placement, at.placement_id)
        assert placement is not None
        await open_reviews(session, placement, now=clock.now())
    return UnderWay(client, at)


async def review(way: UnderWay, who: str, checkpoint: str = "four_week") -> dict[str, Any]:
    """A review as somebody sees it."""
    found = await way.get(who, "reviews")
    return next(each for each in found["items"] if each["checkpoint"] == checkpoint)


async def answers(
    way: UnderWay, respondent: str, checkpoint: str = "four_week", **other: str
) -> dict[str, Any]:
    """A whole response in which all is met, but for what is said."""
    asked = (await review(way, "tutor", checkpoint))["questions"]
    met = {each["code"]: "meets" for each in asked if respondent in each["respondents"]}
    low = {code: "So far." for code, value in other.items() if value in ("partly", "not_yet")}
    return {"answers": met | other, "comments": low}


async def respond(
    way: UnderWay, who: str, body: dict[str, Any], checkpoint: str = "four_week", *, as_: str | None = None
) -> httpx.Response:
    """Somebody answers, for themselves unless told otherwise."""
    return await way.call(who, "PUT", f"reviews/{checkpoint}/responses/{as_ or who}", body)


async def moderated(way: UnderWay, checkpoint: str = "four_week", **body: Any) -> dict[str, Any]:
    """The tutor moderates."""
    done = await way.call("tutor", "POST", f"reviews/{checkpoint}/moderation", body)
    assert done.status_code == 200, done.text
    found: dict[str, Any] = done.json()
    return found
