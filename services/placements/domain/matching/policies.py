"""The price of a policy: the same frozen round under other orders of aims, side by side.

A partnership should see what an order costs before it chooses one. The six orders are ours, each a position that people in
partnerships really take; all begin with `placed` and end with the lottery.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.placements.domain.matching.codes import FAIRNESS_AIMS, AimCode
from services.placements.domain.matching.inputs import MatchInputs

ORDERS: dict[str, tuple[AimCode, ...]] = {
    "first_or_second": (
        AimCode.PLACED,
        AimCode.FIRST_OR_SECOND,
        AimCode.FIRST_PREFERENCE,
        AimCode.WITHIN_LIST,
        AimCode.RANK_SUM,
        AimCode.TRAVEL_BANDS,
        AimCode.LOTTERY,
    ),
    "first_choices": (
        AimCode.PLACED,
        AimCode.FIRST_PREFERENCE,
        AimCode.FIRST_OR_SECOND,
        AimCode.WITHIN_LIST,
        AimCode.RANK_SUM,
        AimCode.TRAVEL_BANDS,
        AimCode.LOTTERY,
    ),
    "generous": (
        AimCode.PLACED,
        AimCode.WITHIN_LIST,
        AimCode.FIRST_OR_SECOND,
        AimCode.FIRST_PREFERENCE,
        AimCode.RANK_SUM,
        AimCode.TRAVEL_BANDS,
        AimCode.LOTTERY,
    ),
    "even": (
        AimCode.PLACED,
        AimCode.RANK_SUM,
        AimCode.FIRST_OR_SECOND,
        AimCode.FIRST_PREFERENCE,
        AimCode.TRAVEL_BANDS,
        AimCode.LOTTERY,
    ),
    "short_journeys": (
        AimCode.PLACED,
        AimCode.TRAVEL_BANDS,
        AimCode.FIRST_OR_SECOND,
        AimCode.FIRST_PREFERENCE,
        AimCode.RANK_SUM,
        AimCode.LOTTERY,
    ),
    "frontline": (
        AimCode.PLACED,
        AimCode.FRONTLINE_COVERAGE,
        AimCode.FIRST_OR_SECOND,
        AimCode.FIRST_PREFERENCE,
        AimCode.WITHIN_LIST,
        AimCode.RANK_SUM,
        AimCode.TRAVEL_BANDS,
        AimCode.LOTTERY,
    ),
}
"""The six orders by name: most first or second preferences first; first choices first; nobody outside their list; preferences
shared evenly; short journeys; every frontline team with a student."""

OWN = "own"
"""The name of the round's own order in a comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One order of aims to be tried, by name, and whether universities' fair shares are among the aims."""

    name: str
    fair: bool
    aims: tuple[AimCode, ...]


def _fair(aims: tuple[AimCode, ...]) -> tuple[AimCode, ...]:
    """Return the order with the shares of universities right after first or second preferences, whose number they share."""
    after = aims.index(AimCode.FIRST_OR_SECOND) + 1
    return (*aims[:after], AimCode.UNIVERSITY_FAIRNESS, *aims[after:])


def _unfair(aims: tuple[AimCode, ...]) -> tuple[AimCode, ...]:
    return tuple(aim for aim in aims if aim not in FAIRNESS_AIMS)


def policies(own: tuple[AimCode, ...]) -> Iterator[Policy]:
    """Yield the round's own order and the six, each without and with fair shares; an order is not tried twice."""
    seen: set[tuple[AimCode, ...]] = set()
    for name, aims in {OWN: own, **ORDERS}.items():
        plain = _unfair(aims)
        fair = _fair(plain) if AimCode.FIRST_OR_SECOND in plain else None
        for is_fair, order in ((False, plain), (True, fair)):
            if order is not None and order not in seen:
                seen.add(order)
                yield Policy(name=name, fair=is_fair, aims=order)


def under(inputs: MatchInputs, policy: Policy) -> MatchInputs:
    """Return the same inputs with the policy's aims."""
    return replace(inputs, rules=replace(inputs.rules, aims=policy.aims))
