"""No price, pin, scale or cut, however it was thought out, makes a bound that a result exceeds."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from services.placements.domain.matching.bound import EVERYTHING, Bound
from services.placements.domain.matching.canonical import canonical
from services.placements.domain.matching.certificate import Price, Stage
from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.gains import Gains
from services.placements.domain.matching.inputs import Held, MatchInputs, Member
from services.placements.domain.matching.possible import Possible
from tests.placements.domain.matching.brute_force import Given, everything, is_in
from tests.placements.domain.matching.forgeries import CUTS, THREE, UNUSED
from tests.placements.domain.matching.rounds import a_request, a_round, an_offer

AIMS = (
    AimCode.PLACED,
    AimCode.FIRST_OR_SECOND,
    AimCode.UNIVERSITY_FAIRNESS,
    AimCode.GROUP_FAIRNESS,
    AimCode.FRONTLINE_COVERAGE,
    AimCode.FIRST_PREFERENCE,
    AimCode.LOTTERY,
)


def _short_of_shares() -> MatchInputs:
    """A round in which one university, and one group, must stay below their share whatever is done."""
    unheard = [a_request(f"m{each}", "x", "y", "z", organisation_id="north") for each in "12"]
    heard = [a_request("s1", "a", "b"), a_request("s2", "b", "a")]
    offers = [an_offer("a"), an_offer("b", setting_id="setting-of-a"), an_offer("c"), an_offer("d")]
    members = [Member(request_id=each, group=each[0]) for each in ("m1", "m2", "s1")]
    return canonical(replace(a_round(offers, [*unheard, *heard], aims=AIMS), members=tuple(members)))


def _reached(inputs: MatchInputs) -> list[tuple[Given, tuple[int, ...]]]:
    gains = Gains(inputs)
    return [(given, gains.of_result(given)) for given in everything(inputs)]


def _priced() -> Iterator[Stage]:
    """Stages with one, two or three prices, each of one aim alone, of shares, teams and pins."""
    last, fairness = len(AIMS) - 1, (2, 3, 4)
    together = [(2,), (3,), (4,), (2, 3), (2, 3, 4)]
    for pins, at, worth, share in product(together, (0, 1, 5, 6), (-3, -1, 1, 3), (-1, 0, 2)):
        row = tuple(worth * (each == at) for each in range(last + 1))
        shares = tuple(share * (each == at) for each in range(last + 1))
        seats = tuple(map(abs, shares))
        pinned: dict[str, Price] = {AIMS[pin]: row for pin in fairness}
        stage = Stage(until=last, pins=pins, scale=(1,) * (last + 1), pinned=pinned)
        yield replace(stage, universities={"north": shares}, groups={"m": shares})
        yield replace(
            stage, teams={"setting-of-a": shares}, offers={"a": seats, "b": seats} if share < 0 else {}
        )


def test_no_price_of_a_pinned_share_or_team_takes_away_what_a_result_reaches():
    inputs = _short_of_shares()
    possible, all_results = Possible(inputs), _reached(inputs)
    best = max(row for _, row in all_results)
    assert best[2] < 0
    assert best[3] < 0
    just = 0
    for stage in _priced():
        settled = max(stage.pins) + 1
        bound = Bound(inputs, stage, best, possible, EVERYTHING)
        total = bound.total()
        for row in {row for _, row in all_results if row[:settled] == best[:settled]}:
            worth = [row[at] for at in bound.free]
            assert worth <= total, stage
            just += worth[:-1] == total[:-1]
    assert just > 20


def _pairs(given: Given) -> list[tuple[str, str]]:
    return [(request.id, offer.id) for request, offer in given]


@pytest.mark.parametrize("held", [(), (Held(request_id="r", offer_id="a"),)])
def test_every_half_of_every_cut_is_bounded_by_what_is_left_in_it_whatever_the_prices(held):
    inputs = canonical(replace(THREE, held=held))
    possible = Possible(inputs)
    results = [each for each in _reached(inputs) if not held or ("r", "a") in _pairs(each[0])]
    prices: list[dict[str, Price]] = [{"a": (a,), "b": (b,)} for a, b in ((-2, 0), (-1, -1), (0, 0), (1, 1))]
    just = 0
    for cuts in product(product(CUTS, (0, 1)), repeat=2):
        part = EVERYTHING
        for cut, half in cuts:
            part = part.halves(cut)[half]
        inside = [row[0] for given, row in results if is_in(given, cuts)]
        for offers in prices if inside else ():
            (total,) = Bound(inputs, replace(UNUSED, offers=offers), (0, 0), possible, part).total()
            assert max(inside) <= total, (cuts, offers)
            just += max(inside) == total
    assert just > 200


@pytest.mark.parametrize("size", [2**57 - 1, 2**57, 2**61 - 1, 2**62, 2**63 - 1, 2**64])
def test_no_price_is_so_great_that_a_sum_turns_round(size):
    """Eight prices of 2 to the power of 61 are none, in 64 bits."""
    pins = (AimCode.KEPT, AimCode.FIRST_PREFERENCE, AimCode.WITHIN_LIST, AimCode.ADULTS)
    aims = (
        AimCode.PLACED,
        AimCode.FIRST_OR_SECOND,
        AimCode.UNIVERSITY_FAIRNESS,
        AimCode.GROUP_FAIRNESS,
        *pins,
    )
    inputs = a_round([an_offer("a", directorate="adults")], [a_request("r", "a")], aims=aims)
    previous, members = Held(request_id="r", offer_id="a"), Member(request_id="r", group="g")
    inputs = canonical(replace(inputs, previous=(previous,), members=(members,)))
    stage = Stage(
        until=len(aims) - 1,
        pins=(1, 4, 5, 6, 7),
        scale=(1,) * len(aims),
        offers={"a": (-size, *(0,) * 7)},
        universities={"university": (size, *(0,) * 7)},
        groups={"g": (size, *(0,) * 7)},
        pinned=dict.fromkeys((AimCode.FIRST_OR_SECOND, *pins), (-size, *((0,) * 7))),
    )
    ((_, reached),) = [each for each in _reached(inputs) if each[0]]
    total = Bound(inputs, stage, reached, Possible(inputs), EVERYTHING).total()
    assert total[0] == 1 + 3 * size


@pytest.mark.parametrize("bits", [0, 30, 35, 36, 56, 57, 64])
def test_no_scale_is_so_great_that_a_product_turns_round(bits):
    inputs = a_round([an_offer("a")], [a_request("r", "a")], aims=(AimCode.PLACED, AimCode.LOTTERY))
    ((_, reached),) = [each for each in _reached(inputs) if each[0]]
    stage = Stage(until=1, pins=(), scale=(1, 2**bits))
    total = Bound(inputs, stage, reached, Possible(inputs), EVERYTHING).total()
    assert total == [1, reached[1] * 2**bits]
