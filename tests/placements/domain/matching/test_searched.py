"""Where divided students could do better than whole ones a search proves the result, and whatever it gives up it says."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.placements.domain.matching.certificate import Certificate, Fork, Stage
from services.placements.domain.matching.check import find_breaches
from services.placements.domain.matching.codes import AimCode
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.result import MatchResult
from services.placements.domain.matching.run import run_match
from services.placements.domain.matching.told import read_result
from services.placements.domain.matching.verify import Verdict, verify
from tests.placements.domain.matching.brute_force import best_by_trying
from tests.placements.domain.matching.rounds import a_knotted_round, rings


def _checked(inputs: MatchInputs, result: MatchResult, certificate: Certificate) -> Verdict:
    return verify(inputs, result.assignments, certificate, result.input_hash)


def _with_search(result: MatchResult, search: Fork | Stage | None) -> Certificate:
    return replace(result.certificate, search=search)


def _spoilt(tree: Fork | Stage) -> Iterator[Fork | Stage]:
    """The tree with one thing wrong at a time: a price in a leaf, the parts of a cut the wrong way round, a cut elsewhere."""
    if isinstance(tree, Stage):
        name, price = list(tree.offers.items())[
            1
        ]  # the first is what was cut: with no seat its price says nothing
        yield replace(tree, offers=tree.offers | {name: (price[0] + 1000, *price[1:])})
        yield replace(tree, until=tree.until - 1, scale=tree.scale[:-1])
        yield replace(tree, scale=(0,) * len(tree.scale))
        yield Stage(until=9, pins=tuple(range(10)), scale=(1,) * 10)
        return
    first, second = tree.parts
    yield replace(tree, parts=(second, first))
    yield replace(tree, seats=tree.seats + 1)
    yield from (replace(tree, parts=(each, second)) for each in _spoilt(first))
    yield from (replace(tree, parts=(first, each)) for each in _spoilt(second))


def test_the_parts_of_a_search_are_confirmed_from_the_stored_text_and_every_change_to_them_is_found():
    inputs = rings(2)
    result = run_match(inputs)
    search = result.certificate.search
    assert isinstance(search, Fork)
    assert read_result(result.to_json()) == (result.assignments, result.certificate, result.input_hash)
    assert _checked(inputs, result, result.certificate).holds
    assert _checked(inputs, result, _with_search(result, None)).unproved[0] is AimCode.PLACED
    spoilt = list(_spoilt(search))
    found = [not _checked(inputs, result, _with_search(result, each)).holds for each in spoilt]
    assert (len(found) > 9, all(found)) == (True, True)


def test_one_student_less_is_not_the_best_of_any_search():
    inputs = rings(2)
    result = run_match(inputs)
    fewer = replace(result, assignments=result.assignments[1:])
    assert not _checked(inputs, fewer, result.certificate).holds


@pytest.mark.parametrize("seed", [37, 116, 426, 441])
def test_a_knotted_round_that_only_a_search_settles_is_as_good_as_trying_everything_and_proved(seed):
    inputs = a_knotted_round(seed)
    inputs = replace(inputs, rules=replace(inputs.rules, aims=(AimCode.PLACED, AimCode.LOTTERY)))
    result = run_match(inputs)
    assert result.certificate.search is not None
    assert tuple(aim.value for aim in result.aims) == tuple(abs(each) for each in best_by_trying(inputs)[0])
    assert _checked(inputs, result, result.certificate).holds


def test_a_search_that_is_given_up_leaves_a_result_and_says_which_aims_are_not_proved():
    inputs = rings(8)
    result = run_match(inputs)
    assert find_breaches(inputs, result.assignments) == ()
    assert result.outcome["placed"] == 8
    assert result.certificate.search is None
    unproved = tuple(aim.code for aim in result.aims if not aim.proved)
    assert unproved
    assert _checked(inputs, result, result.certificate) == Verdict((), unproved)
    bounds = {each.code: each.bound for each in result.certificate.aims}
    assert all(bounds[code] is None or bounds[code] != values for code, values in _values(result, unproved))


def _values(result: MatchResult, codes: tuple[AimCode, ...]) -> list[tuple[AimCode, int]]:
    return [(aim.code, aim.value) for aim in result.aims if aim.code in codes]
