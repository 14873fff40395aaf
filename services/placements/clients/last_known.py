"""What educators may do, asked now; and from memory when the educators service is silent, if the round allows it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.placements.clients.educators import Educators, PlacementShape
from services.placements.domain.eligibility import Eligibility, Remembered
from services.placements.domain.rounds import goes_on_while_silent
from services.placements.queries.match_inputs import RoundFacts
from shared.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known about each educator. `as_of` is None for fresh answers, else when the oldest was given.

    `silent` is the code of the refusal where the service did not answer.
    """

    decided: Mapping[UUID, Eligibility]
    silent: str | None = None
    as_of: datetime | None = None

    @property
    def fresh(self) -> bool:
        """Whether the service has answered just now."""
        return self.silent is None

    def refused(self, rules: Mapping[str, Any]) -> str | None:
        """Why a round with these rules is not matched now: nobody answers, and it wants no memory, or there is none."""
        remembers = self.as_of is not None and goes_on_while_silent(rules)
        return None if remembers else self.silent


async def ask(
    educators: Educators,
    facts: RoundFacts,
    recall: Callable[[], Awaitable[Mapping[UUID, Remembered]]],
    *,
    patience: float,
) -> Answers:
    """Ask about all educators of a round in one batch; while nobody answers, fall back on what is remembered.

    `recall` says what that is, and is called only then. `patience`: seconds for each batch.
    """
    shape = PlacementShape(
        placement_level=facts.round.placement_level,
        starts_on=facts.round.starts_on,
        ends_on=facts.round.ends_on,
    )
    asked_about = facts.educators
    try:
        return Answers(
            await educators.eligibility(facts.round.partnership_id, shape, asked_about, patience=patience)
        )
    except Unavailable as silence:
        known = {id_: each for id_, each in (await recall()).items() if id_ in asked_about}
        oldest = min((each.answered_at for each in known.values()), default=None)
        return Answers({id_: each.eligibility for id_, each in known.items()}, silence.code, oldest)
