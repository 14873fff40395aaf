"""One match run, from frozen inputs to a checked and explained result."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np

from services.placements.domain.matching.aims import aims_of
from services.placements.domain.matching.canonical import canonical, canonical_hash
from services.placements.domain.matching.certificate import Certificate
from services.placements.domain.matching.certify import certify
from services.placements.domain.matching.check import (
    Breach,
    MinutesBetween,
    find_breaches,
    straight_minutes,
)
from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.explain import Account, explain_all
from services.placements.domain.matching.faults import ContradictoryInputs, find_faults
from services.placements.domain.matching.feasible import feasible_pairs
from services.placements.domain.matching.highs import solver_version
from services.placements.domain.matching.inputs import Held, MatchInputs, OfferInput, RequestInput
from services.placements.domain.matching.journey import PACES, travel_mode
from services.placements.domain.matching.limits import Limit, limits_of
from services.placements.domain.matching.model import Model, build_model
from services.placements.domain.matching.outcome import outcome_of
from services.placements.domain.matching.pairs import Ints, Pairs, positions
from services.placements.domain.matching.preferences import Lists
from services.placements.domain.matching.prove import first_losses
from services.placements.domain.matching.result import AimReached, Assignment, Explanation, MatchResult
from services.placements.domain.matching.shortage import NOBODY, Shortage
from services.placements.domain.matching.solve import NO_LIMIT, Progress, Solution, nobody_listens, solve
from services.placements.domain.matching.survey import Survey
from services.placements.domain.matching.travel import GreatCircle, Points, TravelEstimator


class BrokenResult(RuntimeError):
    """The engine's own result broke a rule or a limit. Nothing may be stored; this is a defect of the engine."""

    def __init__(self, breaches: tuple[Breach, ...]) -> None:
        super().__init__("the result breaks: " + ", ".join(sorted({each.code for each in breaches})))
        self.breaches = breaches


def assigned(inputs: MatchInputs, pairs: Pairs, chosen: Ints) -> tuple[Assignment, ...]:
    """Return the chosen pairs as what a result says of them."""
    assignments = []
    for pair in chosen:
        request, offer = inputs.requests[pairs.requests[pair]], inputs.offers[pairs.offers[pair]]
        mode, minutes = travel_mode(can_drive=request.can_drive), int(pairs.minutes[pair])
        assignments.append(
            Assignment(
                request_id=request.id,
                offer_id=offer.id,
                rank=int(pairs.ranks[pair]),
                outside_list=bool(pairs.outside[pair]),
                minutes=minutes,
                mode=mode,
                review=minutes > PACES[mode].review_minutes,
            )
        )
    return tuple(assignments)


def _by(travel: TravelEstimator) -> MinutesBetween:
    if isinstance(travel, GreatCircle):
        return straight_minutes

    def minutes(request: RequestInput, offer: OfferInput) -> int:
        one, mode = np.zeros(1, np.int64), travel_mode(can_drive=request.can_drive)
        return int(travel.minutes(Points.of([request]), Points.of([offer]), (one, one), mode)[0])

    return minutes


def _refuse_broken(inputs: MatchInputs, assignments: tuple[Assignment, ...], travel: TravelEstimator) -> None:
    if breaches := find_breaches(inputs, assignments, _by(travel)):
        raise BrokenResult(breaches)


@dataclass(frozen=True, slots=True)
class Terrain:
    """What a round's rules and lists say, whoever is held: its inputs in canonical order, and what follows from them."""

    inputs: MatchInputs
    travel: TravelEstimator
    survey: Survey
    lists: Lists
    limits: tuple[Limit, ...]

    def with_held(self, held: tuple[Held, ...]) -> "Terrain":
        """Return the same with these held, in whom no fault can be found."""
        return replace(self, inputs=replace(self.inputs, held=tuple(sorted(set(held)))))

    def with_aims(self, aims: tuple[AimCode, ...]) -> "Terrain":
        """Return the same with these aims, in whose order no fault can be found."""
        return replace(self, inputs=replace(self.inputs, rules=replace(self.inputs.rules, aims=aims)))


def terrain_of(inputs: MatchInputs, travel: TravelEstimator | None = None) -> Terrain:
    """Return what the round's rules and lists say. Raises `ContradictoryInputs`."""
    if faults := find_faults(inputs):
        raise ContradictoryInputs(faults)
    inputs, travel = canonical(inputs), travel or GreatCircle()
    survey, lists = Survey(inputs, travel), Lists(inputs.requests, inputs.offers)
    return Terrain(inputs, travel, survey, lists, limits_of(inputs))


@dataclass(frozen=True, slots=True)
class Ground:
    """A round made ready to be solved: its terrain with the feasible pairs, and the requests that are held."""

    terrain: Terrain
    pairs: Pairs
    held: frozenset[int]

    @property
    def inputs(self) -> MatchInputs:
        """The round, in canonical order."""
        return self.terrain.inputs

    @property
    def limits(self) -> tuple[Limit, ...]:
        """The limits on seats."""
        return self.terrain.limits

    def without_feasible_offer(self) -> int:
        """Return how many requests have no offer that the rules allow; who is held may be where a rule forbids it."""
        survey, counts = self.terrain.survey, np.diff(self.pairs.starts)
        own = self.pairs.starts[sorted(self.held)]
        requests, offers = self.pairs.requests[own], self.pairs.offers[own]
        forbidden = survey.against(requests, offers, self.pairs.minutes[own]) != 0
        counts[requests[forbidden]] = [survey.open_to(each) for each in requests[forbidden].tolist()]
        return int(np.sum(counts == 0))


def ground_of(inputs: MatchInputs, travel: TravelEstimator | None = None) -> Ground:
    """Return the round made ready. Raises `ContradictoryInputs`."""
    return ground_on(terrain_of(inputs, travel))


def ground_on(terrain: Terrain) -> Ground:
    """Return the round made ready on its terrain."""
    inputs = terrain.inputs
    pairs = feasible_pairs(inputs, terrain.survey, terrain.lists)
    return Ground(terrain, pairs, frozenset(positions(inputs, inputs.held)))


@dataclass(frozen=True, slots=True)
class Matched:
    """A round that is matched, checked and proved, and not explained: what an answer to "what if" needs."""

    ground: Ground
    model: Model
    solution: Solution
    assignments: tuple[Assignment, ...]
    certificate: Certificate

    @property
    def aims(self) -> tuple[AimReached, ...]:
        """What each aim reached."""
        return tuple(
            AimReached(code=proof.code, value=proof.value, least=proof.least, proved=proof.gap == 0)
            for proof in self.certificate.aims
        )

    @property
    def outcome(self) -> dict[str, int]:
        """The result in numbers."""
        ground = self.ground
        return outcome_of(ground.inputs, self.assignments, ground.without_feasible_offer())


def matched(
    ground: Ground,
    on_progress: Progress = nobody_listens,
    random_seed: int = 0,
    seconds: float = NO_LIMIT,
) -> Matched:
    """Match a round without explaining it. For the arguments and what it raises see `run_match`."""
    inputs, pairs, limits = ground.inputs, ground.pairs, ground.limits
    aims = aims_of(inputs, pairs)
    model = build_model(len(inputs.requests), len(inputs.offers), pairs, limits, aims, held=ground.held)
    solution = solve(model, limits, on_progress, random_seed=random_seed, seconds=seconds)
    assignments = assigned(inputs, pairs, solution.chosen)
    _refuse_broken(inputs, assignments, ground.terrain.travel)
    return Matched(ground, model, solution, assignments, certify(inputs, model, solution))


def run_match(
    inputs: MatchInputs,
    on_progress: Progress = nobody_listens,
    travel: TravelEstimator | None = None,
    random_seed: int = 0,
    seconds: float = NO_LIMIT,
    *,
    on_solved: Callable[[], None] = lambda: None,
) -> MatchResult:
    """Match a round. Equal inputs give an equal result, byte for byte, in whatever order they come.

    `on_progress` hears each aim with its value, `on_solved` when only the explaining is left. `random_seed` is the
    solver's and changes nothing but which of several proofs is the certificate, and the bounds that explanations take
    from it. After so many `seconds` of the solver the best result so far is returned, and its certificate says which aim
    is not proved and what its bound is. Raises `ContradictoryInputs`, `SolverFailed`, `BrokenResult`.
    """
    ground = ground_of(inputs, travel)
    done = matched(ground, on_progress, random_seed, seconds)
    on_solved()
    return MatchResult(
        input_hash=canonical_hash(ground.inputs),
        lottery_seed=ground.inputs.rules.lottery_seed,
        travel_estimator=ground.terrain.travel.name,
        versions={"highs": solver_version(), "highspy": version("highspy"), "numpy": np.__version__},
        aims=done.aims,
        certificate=done.certificate,
        outcome=done.outcome,
        assignments=done.assignments,
        explanations=explanations_of(ground, done.model, done.solution, done.assignments),
    )


def explanations_of(
    ground: Ground, model: Model, solution: Solution, assignments: tuple[Assignment, ...]
) -> tuple[Explanation, ...]:
    """Return one explanation for every request. The assignments are those of the solution."""
    inputs, pairs = ground.inputs, ground.pairs
    own = np.full(len(inputs.requests), NOBODY)
    own[pairs.requests[solution.chosen]] = solution.chosen
    given = np.where(own == NOBODY, NOBODY, pairs.offers[own] if len(pairs) else NOBODY)
    account = Account(
        inputs=inputs,
        lists=ground.terrain.lists,
        pairs=pairs,
        aims=model.aims,
        survey=ground.terrain.survey,
        shortage=Shortage(ground.limits, len(inputs.offers), given),
        own=own,
        held=ground.held,
        assignments={each.request_id: each for each in assignments},
        losses=first_losses(model, solution),
    )
    return explain_all(account)
