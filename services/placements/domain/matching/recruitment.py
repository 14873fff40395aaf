"""What one more place is worth: where a coordinator should look for places first.

Candidates are the limits that alone stand between students and offers open to them. Each claim is confirmed by matching the
round again with one more seat there, so a line of the list is a fact, not an estimate. Lines are ranked by the aims of the
round, in their order.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from services.placements.domain.matching.codes import MINIMISED_AIMS, AimCode, LimitKind
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.limits import SeatsLeft
from services.placements.domain.matching.result import AimReached, Assignment
from services.placements.domain.matching.run import ground_of, matched

Wanted = tuple[LimitKind, str]
"""A limit: its kind and the id of the offer, educator, setting or organisation."""

UNPLACED_WEIGH = 1000
"""A student without a place makes a limit a candidate before any number of better preferences does."""

UNRANKED = 1000
"""Any place is better than none: no list is as long as this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneMore:
    """What one more seat at a limit brings: for each aim how much better the round becomes, never below nothing at the first.

    `gains` counts so that more is better, also for aims of which less is better. `waiting` is how many students
    it alone keeps from an offer they would like better, or from any.
    """

    kind: LimitKind
    id: str
    waiting: int
    gains: dict[AimCode, int]


def with_one_more(inputs: MatchInputs, kind: LimitKind, id_: str) -> MatchInputs:
    """Return the inputs with one more seat at this limit."""
    if kind in (LimitKind.SETTING, LimitKind.ORGANISATION):
        caps = tuple(
            replace(cap, seats=cap.seats + 1) if (cap.kind, cap.id) == (kind, id_) else cap
            for cap in inputs.rules.caps
        )
        return replace(inputs, rules=replace(inputs.rules, caps=caps))
    if kind is LimitKind.PLACES:
        offers = tuple(
            replace(offer, places=offer.places + 1) if offer.id == id_ else offer for offer in inputs.offers
        )
        return replace(inputs, offers=offers)
    offers = tuple(
        replace(offer, educator_seats=offer.educator_seats + 1)
        if offer.educator_id == id_ and offer.educator_seats is not None
        else offer
        for offer in inputs.offers
    )
    return replace(inputs, offers=offers)


def candidates(inputs: MatchInputs, assignments: Sequence[Assignment]) -> list[tuple[Wanted, int]]:
    """Return the limits that alone keep students from better, the most wanted first, each with how many wait for it."""
    ground = ground_of(inputs)
    pairs, requests = ground.pairs, ground.inputs.requests
    at_offer = {offer.id: at for at, offer in enumerate(ground.inputs.offers)}
    given = {each.request_id: at_offer[each.offer_id] for each in assignments}
    ranks = {each.request_id: each.rank for each in assignments}
    seats = SeatsLeft(ground.limits, given)
    weight: Counter[Wanted] = Counter()
    waiting: Counter[Wanted] = Counter()
    for at, request in enumerate(requests):
        own = ranks.get(request.id, UNRANKED)
        mine = range(pairs.starts[at], pairs.starts[at + 1])
        better = [int(pairs.offers[pair]) for pair in mine if pairs.ranks[pair] < own]
        alone = {each for offer in better for each in _alone(seats, request.id, offer)}
        waiting.update(alone)
        weight.update(dict.fromkeys(alone, 1 if request.id in given else UNPLACED_WEIGH))
    return [(wanted, waiting[wanted]) for wanted in sorted(weight, key=lambda each: (-weight[each], each))]


def _alone(seats: SeatsLeft, request_id: str, offer: int) -> Iterator[Wanted]:
    limits = seats.used_up(request_id, offer)
    if len(limits) == 1 and not seats.has_room(offer):
        yield limits[0].kind, limits[0].id


def confirmed(inputs: MatchInputs, reached: Iterable[AimReached], wanted: Wanted, waiting: int) -> OneMore:
    """Return what one more seat there is worth, by matching again: beside what the round has `reached` without it.

    Raises as `run_match` does.
    """
    again = matched(ground_of(with_one_more(inputs, *wanted)))
    before = {aim.code: aim.value for aim in reached}
    gains: dict[AimCode, int] = {
        aim.code: (before[aim.code] - aim.value)
        if aim.code in MINIMISED_AIMS
        else (aim.value - before[aim.code])
        for aim in again.aims
        if aim.code is not AimCode.LOTTERY
    }
    return OneMore(kind=wanted[0], id=wanted[1], waiting=waiting, gains=gains)


def ranked(found: list[OneMore]) -> list[OneMore]:
    """Return those that bring something, the best by the order of the aims first."""
    worth = [each for each in found if any(each.gains.values())]
    return sorted(worth, key=lambda each: ([-gain for gain in each.gains.values()], each.kind, each.id))
