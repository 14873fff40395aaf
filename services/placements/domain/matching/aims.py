"""What each aim counts: one integer per feasible pair, and for shares and teams something over and above the pairs.

"First or second" goes by the rank's number, also for an offer outside a short list, so that a student gains
nothing by listing fewer choices; the outcome of a run reports such an offer as outside the list all the same. A student
who listed nothing has no first preference to meet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.placements.domain.matching.codes import DIRECTORATE_AIMS, FAIRNESS_AIMS, MINIMISED_AIMS, AimCode
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.lottery import lottery_numbers
from services.placements.domain.matching.pairs import Ints, Pairs

BAND_MINUTES = 15
"""Journeys are compared in begun quarters of an hour: whole minutes would leave no freedom to the aims below."""

SECOND = 2


@dataclass(frozen=True, slots=True)
class Shares:
    """Groups of requests, each with a share of all first and second preferences in proportion to its requests.

    `group` is each request's group by number (-1 for none); `counted` are the pairs that meet a first or second
    preference, as ones.
    """

    names: tuple[str, ...]
    group: Ints
    counted: Ints

    def targets(self, reached: int) -> Ints:
        """Return each group's share, in whole students, when so many first and second preferences are met."""
        sizes = np.bincount(self.group[self.group >= 0], minlength=len(self.names)).astype(np.int64)
        shares: Ints = sizes * reached // max(1, len(self.group))
        return shares

    def shortfall(self, pairs: Pairs, chosen: Ints, reached: int) -> int:
        """Return how many students the groups are short of their shares, all together."""
        groups = self.group[pairs.requests[chosen[self.counted[chosen] > 0]]]
        met = np.bincount(groups[groups >= 0], minlength=len(self.names))
        return int(np.maximum(self.targets(reached) - met, 0).sum())


@dataclass(frozen=True, slots=True)
class Teams:
    """The frontline teams; `team` is each offer's by number, -1 where its setting is not a frontline one."""

    names: tuple[str, ...]
    team: Ints

    def covered(self, pairs: Pairs, chosen: Ints) -> int:
        """Return how many teams have a student."""
        teams = self.team[pairs.offers[chosen]]
        return len(np.unique(teams[teams >= 0]))


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim: each chosen pair adds its coefficient; `least` says that less is better.

    Fairness counts by `shares` and coverage by `teams` instead; their coefficients are zero.
    """

    code: AimCode
    least: bool
    coefficients: Ints
    shares: Shares | None = None
    teams: Teams | None = None

    def value(self, pairs: Pairs, chosen: Ints, settled: Mapping[AimCode, int]) -> int:
        """Return what the chosen pairs reach; `settled` are the values of the aims before this one."""
        if self.shares is not None:
            return self.shares.shortfall(pairs, chosen, settled[AimCode.FIRST_OR_SECOND])
        if self.teams is not None:
            return self.teams.covered(pairs, chosen)
        return int(self.coefficients[chosen].sum(dtype=np.int64))


def _first_or_second(pairs: Pairs) -> Ints:
    return (pairs.ranks <= SECOND).astype(np.int64)


COEFFICIENTS: dict[AimCode, Callable[[Pairs], Ints]] = {
    AimCode.PLACED: lambda pairs: np.ones(len(pairs), np.int64),
    AimCode.KEPT: lambda pairs: pairs.kept.astype(np.int64),
    AimCode.FIRST_PREFERENCE: lambda pairs: ((pairs.ranks == 1) & ~pairs.outside).astype(np.int64),
    AimCode.FIRST_OR_SECOND: _first_or_second,
    AimCode.WITHIN_LIST: lambda pairs: (~pairs.outside).astype(np.int64),
    AimCode.RANK_SUM: lambda pairs: pairs.ranks,
    AimCode.TRAVEL_BANDS: lambda pairs: (pairs.minutes + BAND_MINUTES - 1) // BAND_MINUTES,
    AimCode.TRAVEL_MINUTES: lambda pairs: pairs.minutes,
}


def _numbered(names: Sequence[str | None]) -> tuple[tuple[str, ...], Ints]:
    known = tuple(sorted({name for name in names if name is not None}))
    numbers = {name: number for number, name in enumerate(known)}
    return known, np.array([-1 if name is None else numbers[name] for name in names], np.int64)


def shares_of(code: AimCode, inputs: MatchInputs, counted: Ints) -> Shares:
    """Return the groups whose shares the aim compares: universities, or the groups the partnership declared."""
    if code is AimCode.UNIVERSITY_FAIRNESS:
        return Shares(*_numbered([request.organisation_id for request in inputs.requests]), counted)
    groups = {member.request_id: member.group for member in inputs.members}
    return Shares(*_numbered([groups.get(request.id) for request in inputs.requests]), counted)


def _aim(code: AimCode, inputs: MatchInputs, pairs: Pairs) -> Aim:
    least, nothing = code in MINIMISED_AIMS, np.zeros(len(pairs), np.int64)
    if code in FAIRNESS_AIMS:
        return Aim(code, least, nothing, shares=shares_of(code, inputs, _first_or_second(pairs)))
    if code is AimCode.FRONTLINE_COVERAGE:
        settings = [offer.setting_id if offer.is_frontline else None for offer in inputs.offers]
        return Aim(code, least, nothing, teams=Teams(*_numbered(settings)))
    if code in DIRECTORATE_AIMS:
        ours = np.array([offer.directorate == code for offer in inputs.offers], np.int64)
        return Aim(code, least, ours[pairs.offers])
    if code is AimCode.LOTTERY:
        return Aim(code, least, lottery_numbers(inputs, pairs))
    return Aim(code, least, COEFFICIENTS[code](pairs))


def aims_of(inputs: MatchInputs, pairs: Pairs) -> tuple[Aim, ...]:
    """Return the aims of the round, in its order, over the feasible pairs."""
    return tuple(_aim(code, inputs, pairs) for code in inputs.rules.aims)
