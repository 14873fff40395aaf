"""The checker without a solver confirms what the engine proves, and finds every tampering with result or certificate."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from benchmarks.england import drawn
from services.cli import app
from services.placements.domain.matching.canonical import to_json
from services.placements.domain.matching.certificate import Certificate, Stage
from services.placements.domain.matching.codes import AimCode, LimitKind
from services.placements.domain.matching.inputs import CapInput, MatchInputs, Member
from services.placements.domain.matching.result import MatchResult
from services.placements.domain.matching.run import run_match
from services.placements.domain.matching.told import UnreadableResult, read_result
from services.placements.domain.matching.verify import Verdict, verify
from tests.placements.domain.matching.rounds import (
    a_drawn_round,
    a_knotted_round,
    a_request,
    a_round,
    an_offer,
)


def _checked(inputs: MatchInputs, result: MatchResult) -> Verdict:
    return verify(inputs, result.assignments, result.certificate, result.input_hash)


def test_what_the_engine_proves_the_checker_confirms():
    for seed in range(25):
        for inputs in (a_drawn_round(seed, requests=20, offers=19), a_knotted_round(seed)):
            result = run_match(inputs)
            unproved = tuple(proof.code for proof in result.certificate.aims if proof.gap != 0)
            assert _checked(inputs, result) == Verdict((), unproved), seed
            assert not unproved, seed


def test_a_round_as_partnerships_have_it_is_confirmed_with_groups_and_earlier_results():
    inputs = drawn(60)
    aims = (*inputs.rules.aims[:3], AimCode.GROUP_FAIRNESS, *inputs.rules.aims[3:])
    members = tuple(Member(request_id=each.id, group=each.id[-1]) for each in inputs.requests[::2])
    inputs = replace(inputs, rules=replace(inputs.rules, aims=aims), members=members)
    result = run_match(inputs)
    assert _checked(inputs, result).holds


def test_a_round_without_requests_or_without_offers_is_confirmed():
    for inputs in (a_round([an_offer("a")], []), a_round([], [a_request("r")]), a_round([], [])):
        assert _checked(inputs, run_match(inputs)) == Verdict((), ())


def test_a_round_without_a_possible_pair_is_confirmed():
    inputs = a_round([an_offer("a", audit_allows=False)], [a_request("r")])
    result = run_match(inputs)
    assert _checked(inputs, result).holds
    opened = replace(inputs, offers=(an_offer("a"),))
    assert not verify(opened, (), result.certificate, run_match(opened).input_hash).holds


def _with_stage(certificate: Certificate, stage: Stage) -> Certificate:
    return replace(certificate, stages=(stage, *certificate.stages[1:]))


def test_a_raised_price_proves_nothing_any_more():
    inputs = a_drawn_round(4, requests=15, offers=14)
    result = run_match(inputs)
    stage = result.certificate.stages[0]
    assert _checked(inputs, result).holds
    kinds = ("offers", "educators", "settings", "organisations", "teams")
    prices = [(kind, name) for kind in kinds for name in getattr(stage, kind)]
    assert len({kind for kind, _ in prices}) > 3
    for kind, name in prices:
        price = getattr(stage, kind)[name]
        mutated = replace(stage, **{kind: getattr(stage, kind) | {name: (price[0] + 1000, *price[1:])}})
        certificate = _with_stage(result.certificate, mutated)
        assert not verify(inputs, result.assignments, certificate, result.input_hash).holds, (kind, name)


def test_a_certificate_without_its_prices_proves_nothing():
    inputs = a_drawn_round(4, requests=15, offers=14)
    result = run_match(inputs)
    bare = replace(result.certificate.stages[0], offers={})
    verdict = verify(inputs, result.assignments, _with_stage(result.certificate, bare), result.input_hash)
    assert verdict.unproved[0] is AimCode.PLACED


def test_one_student_less_is_not_the_most():
    inputs = a_drawn_round(4, requests=15, offers=14)
    result = run_match(inputs)
    for at in range(len(result.assignments)):
        fewer = result.assignments[:at] + result.assignments[at + 1 :]
        assert not verify(inputs, fewer, result.certificate, result.input_hash).holds


@pytest.mark.parametrize("lie", range(3))
def test_a_changed_limit_hash_or_value_is_found(lie):
    inputs = a_drawn_round(4, requests=15, offers=14)
    result = run_match(inputs)
    proofs = result.certificate.aims
    wrong = replace(result.certificate, aims=(replace(proofs[0], value=proofs[0].value + 1), *proofs[1:]))
    cap = CapInput(kind=LimitKind.ORGANISATION, id="host-1", seats=0)
    capped = replace(inputs, rules=replace(inputs.rules, caps=(*inputs.rules.caps, cap)))
    code, given, certificate = (
        ("hash_misstated", capped, result.certificate),
        ("value_misstated", inputs, wrong),
        ("hash_misstated", replace(inputs, requests=inputs.requests[1:]), result.certificate),
    )[lie]
    verdict = verify(given, result.assignments, certificate, result.input_hash)
    assert code in {breach.code for breach in verdict.breaches}


def test_a_stored_result_is_checked_from_its_text_alone(tmp_path):
    inputs = a_drawn_round(4, requests=15, offers=14)
    result = run_match(inputs)
    assert read_result(result.to_json()) == (result.assignments, result.certificate, result.input_hash)
    files = tmp_path / "inputs.json", tmp_path / "result.json"
    files[0].write_text(to_json(inputs))
    files[1].write_text(result.to_json())
    names = [str(each) for each in files]
    said = CliRunner().invoke(app, ["verify-match", *names])
    assert (said.exit_code, said.stdout.count("breach")) == (0, 0)
    files[1].write_text(replace(result, assignments=result.assignments[1:]).to_json())
    assert CliRunner().invoke(app, ["verify-match", *names]).exit_code == 1
    files[0].unlink()
    missing = CliRunner().invoke(app, ["verify-match", *names])
    assert (missing.exit_code, missing.stderr.count("cannot be read")) == (1, 1)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"certificate":{"aims":[{}]}}'])
def test_a_text_that_is_no_result_is_refused(text):
    with pytest.raises(UnreadableResult):
        read_result(text)
