"""A certificate whose numbers are made to prove anything proves nothing: each forgery calls the worst result the best."""

from dataclasses import replace

import pytest

from services.placements.domain.matching.canonical import UnreadableInputs, from_json, input_hash, to_json
from services.placements.domain.matching.certificate import AimProof, Certificate, Fork, Stage
from services.placements.domain.matching.codes import DEFAULT_AIMS, MINIMISED_AIMS, AimCode
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.matching.run import run_match
from services.placements.domain.matching.told import UnreadableResult, read_result
from services.placements.domain.matching.verify import Verdict, verify
from tests.placements.domain.matching.rounds import a_drawn_round, a_request, a_round, an_offer

LAST = len(DEFAULT_AIMS) - 1


def _two_places() -> MatchInputs:
    return a_round([an_offer("a"), an_offer("b")], [a_request("r", "a"), a_request("s", "b", "a")])


def _nobody_is_placed(stages: tuple[Stage, ...], search: Fork | Stage | None = None) -> Verdict:
    """The verdict on a result that places nobody, and says of itself truly what it reaches: nothing."""
    inputs = _two_places()
    aims = tuple(AimProof(code=code, value=0, bound=0, least=code in MINIMISED_AIMS) for code in DEFAULT_AIMS)
    certificate = Certificate(aims=aims, stages=stages, search=search)
    return verify(inputs, (), certificate, run_match(inputs).input_hash)


def _row(**numbers: int) -> tuple[int, ...]:
    return tuple(numbers.get(code.value, 0) for code in DEFAULT_AIMS)


def _stage(scale: int = 1, pins: tuple[int, ...] = (), **prices: dict[str, tuple[int, ...]]) -> Stage:
    return Stage(until=LAST, pins=pins, scale=(scale,) * (LAST + 1), **prices)


WITHOUT_STUDENTS = _stage(
    pins=tuple(range(1, LAST + 1)), pinned={"rank_sum": tuple(-1 for _ in DEFAULT_AIMS)}
)
"""That nobody is placed follows from a sum of ranks of nothing, which is settled because ..."""

WITHOUT_RANKS = _stage(
    pins=(0,),
    pinned={"placed": _row(first_or_second=9, first_preference=9, within_list=9)},
    offers={f"{each}": _row(frontline_coverage=-1) for each in "ab"},
    teams={f"setting-of-{each}": _row(frontline_coverage=1) for each in "ab"},
)
"""... nobody is placed."""


@pytest.mark.parametrize(
    ("stages", "search"),
    [
        ((_stage(scale=0),), None),
        ((_stage(scale=-1),), None),
        ((), _stage(scale=0)),
        ((), _stage(scale=-1)),
        ((WITHOUT_STUDENTS, WITHOUT_RANKS), None),
        ((WITHOUT_STUDENTS, WITHOUT_RANKS), WITHOUT_STUDENTS),
        ((), _stage(pins=tuple(range(LAST + 1)))),
        ((_stage(pins=(LAST + 1,)),), None),
        ((Stage(until=LAST + 1, pins=(), scale=(1,) * (LAST + 2)),), None),
        ((Stage(until=-1, pins=(), scale=()),), None),
        ((_stage(offers={"a": (1,), "b": (1,)}),), None),
        ((Stage(until=LAST, pins=(), scale=(1,)),), None),
        ((_stage(offers={"a": _row(placed=1), "b": _row(placed=1)}),), None),
        ((_stage(settings={f"setting-of-{each}": _row(placed=-1) for each in "ab"}),), None),
    ],
)
def test_no_forged_number_makes_placing_nobody_the_best(stages, search):
    verdict = _nobody_is_placed(stages, search)
    assert not verdict.breaches
    assert verdict.unproved[0] is AimCode.PLACED


def test_a_price_for_an_aim_that_is_not_pinned_counts_for_nothing():
    """Otherwise it would take away what a team without a student is worth."""
    inputs = a_round(
        [an_offer("a"), an_offer("b", setting_id="setting-of-a")],
        [a_request("r", "a"), a_request("s", "b", "a")],
        aims=(AimCode.PLACED, AimCode.FRONTLINE_COVERAGE, AimCode.LOTTERY),
    )
    result = run_match(inputs)
    (stage, *others) = result.certificate.stages
    forged = replace(stage, pinned={"frontline_coverage": (5, 5, 0)})
    certificate = replace(result.certificate, stages=(forged, *others))
    fewer, aims = result.assignments[:1], [replace(each, value=1) for each in certificate.aims]
    aims[2] = replace(aims[2], value=run_match(replace(inputs, requests=inputs.requests[:1])).aims[2].value)
    assert not verify(inputs, fewer, replace(certificate, aims=tuple(aims)), result.input_hash).holds
    assert verify(inputs, result.assignments, certificate, result.input_hash).holds


def test_a_bound_that_says_less_than_is_proved_is_found():
    inputs = _two_places()
    result = run_match(inputs)
    first, *others = result.certificate.aims
    certificate = replace(result.certificate, aims=(replace(first, bound=first.value + 1), *others))
    (breach,) = verify(inputs, result.assignments, certificate, result.input_hash).breaches
    assert (breach.code, breach.id) == ("bound_misstated", "placed")


def test_inputs_that_contradict_themselves_prove_nothing():
    inputs = _two_places()
    result = run_match(inputs)
    twice = replace(inputs, offers=(*inputs.offers, an_offer("a", places=5)))
    named = verify(twice, result.assignments, result.certificate, result.input_hash).breaches
    assert {breach.code for breach in named} == {"hash_misstated"}
    told = verify(twice, result.assignments, result.certificate, input_hash(twice)).breaches
    assert {breach.code for breach in told} == {"offer_repeated"}


@pytest.mark.parametrize("number", ["1.0", "NaN", "Infinity", "1e400", "true", "null", '"1"', "[]"])
@pytest.mark.parametrize("where", ["until", "pins", "scale", "offers", "seats"])
def test_what_is_not_a_whole_number_is_no_certificate(number, where):
    fork = Fork(offer_id="a", seats=77, request_id=None, parts=(_stage(scale=77), _stage(scale=77)))
    stage = replace(_stage(scale=88, pins=(55,), offers={"a": _row(placed=99)}), until=66)
    result = run_match(_two_places())
    text = replace(result, certificate=replace(result.certificate, stages=(stage,), search=fork)).to_json()
    old = {
        "until": '"until":66',
        "pins": '"pins":[55',
        "scale": "[88",
        "offers": '{"a":[99',
        "seats": '"seats":77',
    }[where]
    assert old in text
    read_result(text)
    with pytest.raises(UnreadableResult):
        read_result(text.replace(old, old[:-2] + number))


@pytest.mark.parametrize(
    ("true", "forged"),
    [
        ('"input_hash"', '"input_hash":"x","input_hash"'),
        ('"assignments"', '"assignments":[],"assignments"'),
        ('"stages"', '"stages":[],"stages"'),
        ('"bound":2', '"bound":1,"bound":2'),
        ('"bound":2', '"bound":"2"'),
        ('"bound":2', '"bound":2.0'),
        ('"least":false', '"least":0'),
        ('"value":2', '"value":2.0'),
        ('"rank":1', '"rank":true'),
        ('"minutes":5', '"minutes":5.0'),
        ('"outside_list":false', '"outside_list":0'),
        ('"review":false', '"review":null'),
        ('"request_id":"r"', '"request_id":["r"]'),
        ('"offer_id":"a"', '"offer_id":7'),
        ('"offer_id":"cut"', '"offer_id":["cut"]'),
        ('"offer_id":"cut"', '"offer_id":null'),
        ('"request_id":"some"', '"request_id":["some"]'),
        ('"parts":[', '"parts":[null,'),
    ],
)
def test_what_readers_could_take_for_different_things_is_no_result(true, forged):
    fork = Fork(offer_id="cut", seats=0, request_id="some", parts=(_stage(), _stage()))
    result = run_match(_two_places())
    text = replace(result, certificate=replace(result.certificate, search=fork), explanations=()).to_json()
    assert true in text
    read_result(text)
    with pytest.raises(UnreadableResult):
        read_result(text.replace(true, forged))


@pytest.mark.parametrize(
    "forged", ['"places":5,"places":1', '"places":NaN', '"places":1e999', '"places":' + "[" * 10**5]
)
def test_inputs_that_readers_could_take_for_different_things_are_none(forged):
    text = to_json(_two_places())
    assert '"places":1' in text
    with pytest.raises(UnreadableInputs):
        from_json(text.replace('"places":1', forged))


def test_the_checker_says_what_it_looks_at():
    inputs = a_drawn_round(4, requests=15, offers=14)
    result, heard = run_match(inputs), list[str]()
    written = from_json(to_json(inputs))
    assert verify(written, result.assignments, result.certificate, result.input_hash, heard.append).holds
    assert len(heard) == 3 + len(result.certificate.stages)
    assert not any(each.id in " ".join(heard) for each in inputs.requests)
