"""Moves that somebody tries by hand: which rules and limits they would break, and what they do to each aim.

Plain arithmetic on the frozen inputs, without a solver: it says what the moves are worth, not whether better ones exist.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from services.placements.domain.matching.check import rank_of, rules_broken, straight_minutes
from services.placements.domain.matching.codes import MINIMISED_AIMS, AimCode, LimitKind, RuleCode
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import MatchInputs, OfferInput, RequestInput
from services.placements.domain.matching.journey import PACES, travel_mode
from services.placements.domain.matching.limits import limits_of
from services.placements.domain.matching.result import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One move: what it would give the student instead of what they have, and the hard rules it would break."""

    request_id: str
    before: Assignment | None
    after: Assignment | None
    rules: tuple[RuleCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitBroken:
    """A number of seats that would be exceeded: `taken` of `seats`."""

    kind: LimitKind
    id: str
    seats: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AimChange:
    """What the moves do to one aim of the round. `least` says that less is better."""

    code: AimCode
    least: bool
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The moves, and what they come to."""

    moves: tuple[Tried, ...]
    limits: tuple[LimitBroken, ...]
    aims: tuple[AimChange, ...]

    @property
    def allowed(self) -> bool:
        """Whether no rule and no limit is broken."""
        return not self.limits and not any(each.rules for each in self.moves)


def stated(request: RequestInput, offer: OfferInput) -> Assignment:
    """The assignment of one request to one offer, with its rank and its journey."""
    rank, outside = rank_of(request, offer)
    mode, minutes = travel_mode(can_drive=request.can_drive), straight_minutes(request, offer)
    return Assignment(
        request_id=request.id,
        offer_id=offer.id,
        rank=rank,
        outside_list=outside,
        minutes=minutes,
        mode=mode,
        review=minutes > PACES[mode].review_minutes,
    )


def try_moves(inputs: MatchInputs, now: Mapping[str, str], wanted: Mapping[str, str | None]) -> Trial:
    """Say what giving the requests in `wanted` these offers (None: no place) would do.

    `now` is who has which offer, both by id; ids in it that the inputs do not know are left out. Those in `wanted` are known.
    """
    requests = {each.id: each for each in inputs.requests}
    offers = {each.id: each for each in inputs.offers}

    def place(taken: Mapping[str, str], request_id: str) -> Assignment | None:
        offer_id = taken.get(request_id)
        return stated(requests[request_id], offers[offer_id]) if offer_id in offers else None

    then = {r: o for r, o in {**now, **wanted}.items() if o is not None}
    tried = tuple(
        Tried(
            request_id=each,
            before=place(now, each),
            after=place(then, each),
            rules=() if offer is None else rules_broken(inputs, requests[each], offers[offer]),
        )
        for each, offer in wanted.items()
    )
    gains = Gains(inputs)

    def reached(taken: Mapping[str, str]) -> tuple[int, ...]:
        known = ((r, o) for r, o in taken.items() if r in requests and o in offers)
        return gains.of_result((requests[r], offers[o]) for r, o in known)

    aims = tuple(
        _change(code, was, will)
        for code, was, will in zip(inputs.rules.aims, reached(now), reached(then), strict=True)
    )
    return Trial(moves=tried, limits=_broken(inputs, then), aims=aims)


def _change(code: AimCode, was: int, will: int) -> AimChange:
    least = code in MINIMISED_AIMS
    return AimChange(code=code, least=least, before=-was if least else was, after=-will if least else will)


def _broken(inputs: MatchInputs, then: Mapping[str, str]) -> tuple[LimitBroken, ...]:
    taken = Counter(then.values())
    counts = [(limit, sum(taken[inputs.offers[at].id] for at in limit.offers)) for limit in limits_of(inputs)]
    return tuple(
        LimitBroken(kind=limit.kind, id=limit.id, seats=limit.seats, taken=count)
        for limit, count in counts
        if count > limit.seats
    )
