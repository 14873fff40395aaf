"""The reason for each decision, in words for the student it is about, and as facts for a program."""

from collections.abc import Mapping

from services.hubs.domain.allocation.inputs import Decision, Why

BY_HAND = "by_hand"
"""The code of a place that a person gave, not an allocation."""

_SENTENCES: Mapping[str, str] = {
    Why.NEAREST_HUB: "This hub suits your setting best.",
    Why.NEARER_HUB_FULL: "The hubs that suit your setting better are full; this is the next best.",
    Why.BETTER_BALANCE: "Another hub is nearer to your setting; here the size and the mix of universities are better.",
    Why.STAYS: "You stay in your hub.",
    Why.MOVED: "You were moved so that everybody has a hub; as few members as possible were moved.",
    Why.NO_HUB: "There is no hub open to new members yet.",
    Why.OUTSIDE_SCHEME: "The hubs of your partnership are for other placements than yours.",
    Why.OUT_OF_REACH: "No hub is near enough to your setting and runs during your placement.",
    Why.HUBS_FULL: "The hubs you could go to are full.",
    Why.TOO_FEW: "Too few students could go to the same hub for it to begin.",
    BY_HAND: "Your coordinator chose this hub for you.",
}


def why_of(decision: Decision) -> dict[str, object]:
    """The code, its sentence, and the facts: distance (km), members and universities of the hub after the allocation.

    `facilitator_assesses` stands only where it is so: it is disclosed to the student.
    """
    facts = {
        "distance_km": decision.distance_km,
        "members": decision.members,
        "universities": decision.universities,
        "facilitator_assesses": decision.facilitator_assesses,
    }
    return {"code": decision.why.value, "detail": _SENTENCES[decision.why], **_known(facts)}


def by_hand() -> dict[str, object]:
    """The reason of a place that a person gave."""
    return {"code": BY_HAND, "detail": _SENTENCES[BY_HAND]}


def _known(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value is not None}
