"""What a result gives to whom, and how good it is by each aim."""

from services.placements.domain.matching.result import MatchResult


def measures_of(result: MatchResult) -> tuple[int, ...]:
    """How good the result is by each aim in its order; more is better."""
    return tuple(-aim.value if aim.least else aim.value for aim in result.aims)


def places_of(result: MatchResult) -> dict[str, str]:
    """The offer given to each request."""
    return {each.request_id: each.offer_id for each in result.assignments}
