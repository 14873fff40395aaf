"""A round's rules as matching takes them."""

from services.placements.domain.matching.codes import DEFAULT_AIMS, AimCode, ContrastFactor, LimitKind
from services.placements.domain.matching.faults import find_faults
from services.placements.domain.matching.inputs import MatchInputs
from services.placements.domain.rounds import rules_of
from shared.ids import new_id


def test_a_round_that_chose_nothing_has_default_rules_and_its_id_as_seed() -> None:
    round_id = new_id()
    rules = rules_of(round_id, {})
    assert (rules.aims, rules.lottery_seed, rules.agreements) == (DEFAULT_AIMS, str(round_id), None)
    assert find_faults(MatchInputs(rules=rules, offers=(), requests=())) == ()


def test_what_a_round_chose_reaches_matching() -> None:
    rules = rules_of(
        new_id(),
        {
            "contrast": ["directorate"],
            "statutory_required": True,
            "travel_cap_minutes": 90,
            "aims": ["placed", "lottery"],
            "lottery_seed": "autumn",
            "agreements": [{"university_id": "u", "organisation_id": "o"}],
            "caps": [{"kind": "setting", "id": "s", "seats": 2}],
        },
    )
    assert rules.contrast == (ContrastFactor.DIRECTORATE,)
    assert (rules.statutory_required, rules.travel_cap_minutes, rules.lottery_seed) == (True, 90, "autumn")
    assert rules.aims == (AimCode.PLACED, AimCode.LOTTERY)
    assert rules.agreements == frozenset({("u", "o")})
    assert [(cap.kind, cap.id, cap.seats) for cap in rules.caps] == [(LimitKind.SETTING, "s", 2)]
