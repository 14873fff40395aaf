"""What each aim counts: one integer per feasible pair, so that an aim's value is the sum over the pairs chosen.

"First or second" goes by the rank's number, also for an offer outside a short list, so that a student gains
nothing by listing fewer choices; the outcome of a run reports such an offer as outside the list all the same. A student
who listed nothing has no first preference to meet.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.placements.domain.matching.codes import MINIMISED_AIMS, AimCode
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.lottery import lottery_numbers
from services.placements.domain.matching.pairs import Ints, Pairs

BAND_MINUTES = 15
"""Journeys are compared in begun quarters of an hour: whole minutes would leave no freedom to the aims below."""

SECOND = 2


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim over the pairs: each chosen pair adds its coefficient; `least` says that less is better."""

    code: AimCode
    least: bool
    coefficients: Ints


COEFFICIENTS: dict[AimCode, Callable[[Pairs], Ints]] = {
    AimCode.PLACED: lambda pairs: np.ones(len(pairs), np.int64),
    AimCode.KEPT: lambda pairs: pairs.kept.astype(np.int64),
    AimCode.FIRST_PREFERENCE: lambda pairs: ((pairs.ranks == 1) & ~pairs.outside).astype(np.int64),
    AimCode.FIRST_OR_SECOND: lambda pairs: (pairs.ranks <= SECOND).astype(np.int64),
    AimCode.WITHIN_LIST: lambda pairs: (~pairs.outside).astype(np.int64),
    AimCode.RANK_SUM: lambda pairs: pairs.ranks,
    AimCode.TRAVEL_BANDS: lambda pairs: (pairs.minutes + BAND_MINUTES - 1) // BAND_MINUTES,
    AimCode.TRAVEL_MINUTES: lambda pairs: pairs.minutes,
}


def aims_of(inputs: MatchInputs, pairs: Pairs) -> tuple[Aim, ...]:
    """Return the aims of the round, in its order, over the feasible pairs."""
    return tuple(
        Aim(
            code,
            code in MINIMISED_AIMS,
            lottery_numbers(inputs, pairs) if code is AimCode.LOTTERY else COEFFICIENTS[code](pairs),
        )
        for code in inputs.rules.aims
    )
