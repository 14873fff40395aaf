"""An exact engine of another kind: CP-SAT, one aim after another, over pairs, limits and values of our own arithmetic.

    python -m tests.placements.domain.matching.cp_sat

Frozen inputs on standard input, one JSON text a line; the vector of each, more being better, on standard output. A process of
its own, because its library and HiGHS cannot share one.
"""

import json
import sys
from collections import defaultdict
from typing import Any

from ortools.sat.python import cp_model

from services.placements.domain.matching.canonical import from_json
from services.placements.domain.matching.check import rules_broken, straight_minutes
from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.inputs import MatchInputs, OfferInput
from tests.placements.domain.matching.brute_force import lottery_number, rank_of

LARGE = 30
"""More requests than this are a large round."""


def _limits(offer: OfferInput) -> set[tuple[str, str]]:
    names = {("places", offer.id), ("educator", offer.educator_id or "")}
    names |= {("setting", each or "") for each in (offer.setting_id, offer.second_setting_id)}
    return names | {
        ("organisation", each or "") for each in (offer.organisation_id, offer.second_organisation_id)
    }


class Round:
    """One round as CP-SAT sees it."""

    def __init__(self, inputs: MatchInputs) -> None:
        self.inputs, self.model = inputs, cp_model.CpModel()
        self.pairs = {
            (r, o): self.model.new_bool_var("")
            for r, request in enumerate(inputs.requests)
            for o, offer in enumerate(inputs.offers)
            if not rules_broken(inputs, request, offer)
        }
        taken: dict[tuple[str, str], list[Any]] = defaultdict(list)
        of_request: dict[int, list[Any]] = defaultdict(list)
        for (r, o), chosen in self.pairs.items():
            of_request[r].append(chosen)
            for name in _limits(inputs.offers[o]):
                taken[name].append(chosen)
        for those in of_request.values():
            self.model.add_at_most_one(those)
        for name, seats in self._seats().items():
            self.model.add(sum(taken[name]) <= seats)

    def _seats(self) -> dict[tuple[str, str], int]:
        seats = {("places", each.id): each.places for each in self.inputs.offers}
        for each in self.inputs.offers:
            if each.educator_id is not None and each.educator_seats is not None:
                seats["educator", each.educator_id] = each.educator_seats
        for cap in self.inputs.rules.caps:
            name = cap.kind.value, cap.id
            seats[name] = min(cap.seats, seats.get(name, cap.seats))
        return seats

    def _sum(self, gain: Any) -> Any:
        both = self.inputs.requests, self.inputs.offers
        return sum(gain(both[0][r], both[1][o]) * chosen for (r, o), chosen in self.pairs.items())

    def value(self, aim: AimCode, reached: dict[AimCode, int]) -> Any:
        """What a result reaches in an aim, more being better."""
        if aim is AimCode.FRONTLINE_COVERAGE:
            return self._covered()
        if aim is AimCode.UNIVERSITY_FAIRNESS:
            return -self._shortfall(reached[AimCode.FIRST_OR_SECOND])
        seed = self.inputs.rules.lottery_seed
        return self._sum(
            {
                AimCode.PLACED: lambda _r, _o: 1,
                AimCode.FIRST_PREFERENCE: lambda r, o: int(rank_of(r, o) == (1, False)),
                AimCode.FIRST_OR_SECOND: lambda r, o: int(rank_of(r, o)[0] <= 2),
                AimCode.WITHIN_LIST: lambda r, o: int(not rank_of(r, o)[1]),
                AimCode.RANK_SUM: lambda r, o: -rank_of(r, o)[0],
                AimCode.TRAVEL_BANDS: lambda r, o: -straight_minutes(r, o) // 15,
                AimCode.TRAVEL_MINUTES: lambda r, o: -straight_minutes(r, o),
                AimCode.LOTTERY: lambda r, o: -lottery_number(seed, r.id, o.id),
            }[aim]
        )

    def _covered(self) -> Any:
        teams: dict[str, list[Any]] = defaultdict(list)
        for (_, o), chosen in self.pairs.items():
            if self.inputs.offers[o].is_frontline:
                teams[self.inputs.offers[o].setting_id].append(chosen)
        covered = []
        for those in teams.values():
            has = self.model.new_bool_var("")
            self.model.add(has <= sum(those))
            covered.append(has)
        return sum(covered)

    def _shortfall(self, met: int) -> Any:
        requests = self.inputs.requests
        missing = []
        for university in {each.organisation_id for each in requests}:
            mine = {r for r, each in enumerate(requests) if each.organisation_id == university}
            target = len(mine) * met // len(requests)
            short = self.model.new_int_var(0, max(1, target), "")
            got = sum(
                chosen
                for (r, o), chosen in self.pairs.items()
                if r in mine and rank_of(requests[r], self.inputs.offers[o])[0] <= 2
            )
            self.model.add(short >= target - got)
            missing.append(short)
        return sum(missing)

    def vector(self) -> list[int]:
        """The best value of each aim in turn; in a large round without the lottery, whose large numbers take minutes."""
        solver = cp_model.CpSolver()
        reached: dict[AimCode, int] = {}
        solver.parameters.num_workers = 1
        large = len(self.inputs.requests) > LARGE
        for aim in (each for each in self.inputs.rules.aims if not (large and each is AimCode.LOTTERY)):
            wanted = self.value(aim, reached)
            self.model.maximize(wanted)
            if solver.solve(self.model) != cp_model.OPTIMAL:
                raise RuntimeError(aim)
            reached[aim] = round(solver.objective_value)
            self.model.add(wanted == reached[aim])
        return list(reached.values())


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(Round(from_json(line)).vector()) + "\n")
