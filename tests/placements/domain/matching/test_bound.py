"""What the checker takes for possible is what no rule forbids, and its bound is one whatever the prices are."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.placements.domain.matching.bound import EVERYTHING, Bound, Part
from services.placements.domain.matching.canonical import canonical
from services.placements.domain.matching.certificate import PRICED, Fork, Stage
from services.placements.domain.matching.check import rank_of, rules_broken, straight_minutes
from services.placements.domain.matching.codes import (
    DEFAULT_AIMS,
    AimCode,
    ConflictKind,
    ContrastFactor,
    RuleCode,
)
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import ConflictInput, Held, MatchInputs, Member, PreviousInput
from services.placements.domain.matching.possible import Possible
from services.placements.domain.matching.run import run_match
from tests.placements.domain.matching.brute_force import Given, Half, everything, is_in
from tests.placements.domain.matching.rounds import (
    a_drawn_round,
    a_knotted_round,
    a_request,
    a_round,
    an_offer,
)

ALL_AIMS = (
    *DEFAULT_AIMS[:3],
    AimCode.GROUP_FAIRNESS,
    AimCode.KEPT,
    *DEFAULT_AIMS[3:-1],
    AimCode.ADULTS,
    AimCode.CHILDRENS,
    AimCode.LOTTERY,
)
LIKED = ALL_AIMS.index(AimCode.FIRST_OR_SECOND)


def _with_all_aims(inputs: MatchInputs, chance: random.Random) -> MatchInputs:
    """The same round with every aim, every contrast, two groups, an earlier result, somebody held and some waivers."""
    ids = [offer.id for offer in inputs.offers]
    return canonical(
        replace(
            inputs,
            requests=tuple(
                replace(each, waived=tuple(chance.sample(tuple(RuleCode), chance.choice((0, 0, 3)))))
                for each in inputs.requests
            ),
            rules=replace(inputs.rules, aims=ALL_AIMS, contrast=tuple(ContrastFactor)),
            members=tuple(
                Member(request_id=each.id, group="ab"[each.id[-1:] < "2"]) for each in inputs.requests[1:]
            ),
            previous=tuple(
                Held(request_id=each.id, offer_id=chance.choice(ids)) for each in inputs.requests[::2]
            ),
            held=(Held(request_id=inputs.requests[0].id, offer_id=ids[0]),),
        )
    )


def test_the_possible_pairs_are_those_that_no_rule_forbids_with_what_each_adds_to_every_aim():
    for seed in range(8):
        inputs = _with_all_aims(a_drawn_round(seed, requests=12, offers=30), random.Random(seed))
        held = {each.request_id: each.offer_id for each in inputs.held}
        allowed = [
            (request, offer)
            for request in inputs.requests
            for offer in inputs.offers
            if held.get(request.id, offer.id) == offer.id
            and (request.id in held or not rules_broken(inputs, request, offer))
        ]
        pairs, gains = Possible(inputs), Gains(inputs)
        assert list(zip(pairs.requests.tolist(), pairs.offers.tolist(), strict=True)) == [
            (inputs.requests.index(request), inputs.offers.index(offer)) for request, offer in allowed
        ]
        every = pairs.requests.argsort(kind="stable")
        columns = [pairs.gains(aim, every).tolist() for aim in ALL_AIMS]
        assert list(zip(*columns, strict=True)) == [gains.of_pair(*pair) for pair in allowed]
        assert pairs.minutes.tolist() == [straight_minutes(*pair) for pair in allowed]
        ranks = zip(pairs.ranks.tolist(), pairs.outside.tolist(), strict=True)
        assert list(ranks) == [rank_of(*pair) for pair in allowed]


@pytest.mark.parametrize("rule", [RuleCode.CONFLICT, RuleCode.PREVIOUS_SETTING])
def test_a_rule_about_one_setting_forbids_it_unless_it_is_waived(rule):
    offer, asked = an_offer("a"), a_request("r")
    past = PreviousInput(
        setting_id=offer.setting_id, organisation_id="other", directorate="adults", is_statutory=True
    )
    facts: dict[RuleCode, dict[str, Any]] = {
        RuleCode.CONFLICT: {"conflicts": (ConflictInput(kind=ConflictKind.SETTING, id=offer.setting_id),)},
        RuleCode.PREVIOUS_SETTING: {"previous": (past,)},
    }
    forbidden = replace(asked, **facts[rule])
    possible = [a_round([offer], [each]) for each in (asked, forbidden, replace(forbidden, waived=(rule,)))]
    assert [len(Possible(each)) for each in possible] == [1, 0, 1]


def _a_tiny_round(seed: int) -> tuple[MatchInputs, list[Given]]:
    """A round with all aims and one student held, and everything that could come of it."""
    chance = random.Random(seed)
    inputs = a_knotted_round(seed) if seed % 2 else a_drawn_round(seed, requests=5, offers=5)
    inputs = _with_all_aims(inputs, chance)
    allowed = list(everything(replace(inputs, held=())))
    request, offer = chance.choice(max(allowed, key=len))
    held = (Held(request_id=request.id, offer_id=offer.id),)
    return replace(inputs, held=held), [given for given in allowed if (request, offer) in given]


def _a_price(chance: random.Random, width: int) -> tuple[int, ...]:
    large = chance.choice((1, 1, 1, 5, 2**62))
    return tuple(chance.choice((0, 0, 1, -1)) * large * chance.randrange(1, 4) for _ in range(width))


def _disturbed(stage: Stage, inputs: MatchInputs, chance: random.Random) -> Stage:
    """The stage with other pins, and now and then another scale or some prices that no solver would have found."""
    width = stage.until + 1
    names: dict[str, list[str]] = {
        "offers": [each.id for each in inputs.offers],
        "educators": [each.educator_id or "" for each in inputs.offers],
        "settings": [each.setting_id for each in inputs.offers],
        "organisations": [each.organisation_id for each in inputs.offers],
        "universities": [each.organisation_id for each in inputs.requests],
        "groups": [each.group for each in inputs.members],
        "teams": [each.setting_id for each in inputs.offers],
        "pinned": list(inputs.rules.aims),
    }
    few: list[tuple[str, ...]] = [PRICED, ("pinned",), ("universities", "groups", "pinned")]
    kinds = chance.choice(few)
    changes = {
        kind: getattr(stage, kind) | {chance.choice(names[kind]): _a_price(chance, width)}
        for kind in kinds
        if chance.random() < (0.1 if kinds is PRICED else 0.7)
    }
    scale = tuple(each * chance.choice((1, 1, 1, 1, 1, 1, 60)) for each in stage.scale)
    pins = tuple(at for at in range(chance.choice((0, 0, 2, width))) if chance.random() < 0.3)
    return replace(stage, scale=scale, pins=pins, **changes)


def _cut(allowed: list[Given], chance: random.Random) -> tuple[Part, list[Half]]:
    """Some part of everything, by up to three cuts, and these."""
    part, cuts = EVERYTHING, list[Half]()
    for _ in range(chance.randrange(4)):
        request, offer = chance.choice(chance.choice(allowed))
        stage = Stage(until=0, pins=(), scale=(1,))
        cut = chance.choice((None, request.id))
        fork = Fork(offer_id=offer.id, seats=chance.randrange(2), request_id=cut, parts=(stage, stage))
        half = chance.randrange(2)
        part = part.halves(fork)[half]
        cuts.append((fork, half))
    return part, cuts


def _looked_at(seed: int) -> Iterator[tuple[bool, bool]]:
    """Of every result in some part: whether it keeps to the bound of disturbed prices, and whether it just reaches it."""
    chance, (inputs, allowed) = random.Random(seed), _a_tiny_round(seed)
    result, gains, possible = run_match(inputs), Gains(inputs), Possible(inputs)
    reached = {each.request_id: each.offer_id for each in result.assignments}
    vectors = [(given, gains.of_result(given)) for given in allowed]
    (best,) = (row for given, row in vectors if {r.id: o.id for r, o in given} == reached)
    for _ in range(40):
        stage = _disturbed(result.certificate.stages[-1], inputs, chance)
        part, cuts = _cut(allowed, chance)
        values = chance.choice((best, chance.choice(vectors)[1]))
        bound = Bound(inputs, stage, values, possible, part)
        total = bound.total()
        for given, row in vectors:
            settled = max(stage.pins, default=-1) + 1
            if is_in(given, cuts) and row[:settled] == values[:settled]:
                # Shares are of the first and second preferences of `values`: of others the bound says nothing after these.
                alike = row[: LIKED + 1] == values[: LIKED + 1]
                free = bound.free if alike else [at for at in bound.free if at <= LIKED]
                worth = [row[at] * stage.scale[at] for at in free]
                yield worth <= total[: len(free)], worth == total


def test_whatever_the_prices_the_pins_and_the_part_no_result_exceeds_the_bound():
    seen = [each for seed in range(30) for each in _looked_at(seed)]
    assert all(kept for kept, _ in seen)
    assert sum(just for _, just in seen) > 50
