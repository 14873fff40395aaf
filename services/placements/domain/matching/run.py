"""One match run, from frozen inputs to a checked and explained result."""

from collections.abc import Callable
from dataclasses import dataclass
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
    rules_broken,
    straight_minutes,
)
from services.placements.domain.matching.explain import Account, explain_all
from services.placements.domain.matching.faults import ContradictoryInputs, find_faults
from services.placements.domain.matching.feasible import feasible_pairs
from services.placements.domain.matching.inputs import Held, MatchInputs, OfferInput, RequestInput
from services.placements.domain.matching.journey import PACES, travel_mode
from services.placements.domain.matching.limits import Limit, SeatsLeft, limits_of
from services.placements.domain.matching.model import Model, build_model
from services.placements.domain.matching.outcome import outcome_of
from services.placements.domain.matching.pairs import Ints, Pairs, positions
from services.placements.domain.matching.preferences import Lists
from services.placements.domain.matching.prove import first_losses
from services.placements.domain.matching.result import AimReached, Assignment, Explanation, MatchResult
from services.placements.domain.matching.shortage import NOBODY, Shortage
from services.placements.domain.matching.solve import NO_LIMIT, Progress, Solution, nobody_listens, solve
from services.placements.domain.matching.solver import solver_version
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


def keepable(inputs: MatchInputs, travel: TravelEstimator | None = None) -> tuple[Held, ...]:
    """Return what can stay of the previous result: all held, then each pair no rule forbids while seats are left.

    Where a limit has become too small for all of them, those with the earlier ids stay.
    """
    minutes, inputs = _by(travel or GreatCircle()), canonical(inputs)
    requests = {each.id: each for each in inputs.requests}
    offers = {each.id: (at, each) for at, each in enumerate(inputs.offers)}
    held = {each.request_id: each for each in inputs.held}
    seats = SeatsLeft(limits_of(inputs), {each: offers[held[each].offer_id][0] for each in held})
    for each in inputs.previous:
        if each.request_id in held or each.request_id not in requests or each.offer_id not in offers:
            continue
        at, offer = offers[each.offer_id]
        allowed = not rules_broken(inputs, requests[each.request_id], offer, minutes)
        if allowed and not seats.used_up(each.request_id, at):
            seats.take(each.request_id, at)
            held[each.request_id] = each
    return tuple(held.values())


def _refuse_broken(inputs: MatchInputs, assignments: tuple[Assignment, ...], travel: TravelEstimator) -> None:
    if breaches := find_breaches(inputs, assignments, _by(travel)):
        raise BrokenResult(breaches)


@dataclass(frozen=True, slots=True)
class Ground:
    """A round made ready to be solved: its inputs in canonical order, and what follows from them."""

    inputs: MatchInputs
    travel: TravelEstimator
    survey: Survey
    lists: Lists
    limits: tuple[Limit, ...]
    pairs: Pairs
    held: frozenset[int]


def ground_of(inputs: MatchInputs, travel: TravelEstimator | None = None) -> Ground:
    """Return the round made ready. Raises `ContradictoryInputs`."""
    if faults := find_faults(inputs):
        raise ContradictoryInputs(faults)
    inputs, travel = canonical(inputs), travel or GreatCircle()
    survey, lists = Survey(inputs, travel), Lists(inputs.requests, inputs.offers)
    pairs = feasible_pairs(inputs, survey, lists)
    held = frozenset(positions(inputs, inputs.held))
    return Ground(inputs, travel, survey, lists, limits_of(inputs), pairs, held)


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
    inputs, pairs = ground.inputs, ground.pairs
    aims = aims_of(inputs, pairs)
    sizes = len(inputs.requests), len(inputs.offers)
    model = build_model(*sizes, pairs, ground.limits, aims, held=ground.held)
    solution = solve(
        model, ground.limits, on_progress, held=ground.held, random_seed=random_seed, seconds=seconds
    )
    on_solved()
    assignments = assigned(inputs, pairs, solution.chosen)
    _refuse_broken(inputs, assignments, ground.travel)
    explanations = explanations_of(ground, model, solution, assignments)
    certificate = certify(inputs, model, solution)
    return MatchResult(
        input_hash=canonical_hash(inputs),
        lottery_seed=inputs.rules.lottery_seed,
        travel_estimator=ground.travel.name,
        versions={"highs": solver_version(), "highspy": version("highspy"), "numpy": np.__version__},
        aims=_reached(certificate),
        certificate=certificate,
        outcome=outcome_of(inputs, assignments, explanations),
        assignments=assignments,
        explanations=explanations,
    )


def _reached(certificate: Certificate) -> tuple[AimReached, ...]:
    return tuple(
        AimReached(
            code=proof.code,
            value=proof.value,
            least=proof.least,
            proved=proof.gap == 0,
        )
        for proof in certificate.aims
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
        lists=ground.lists,
        pairs=pairs,
        aims=model.aims,
        survey=ground.survey,
        shortage=Shortage(ground.limits, len(inputs.offers), given),
        own=own,
        held=ground.held,
        assignments={each.request_id: each for each in assignments},
        losses=first_losses(model, solution),
    )
    return explain_all(account)
