"""Decisions about educators as they are kept."""

import json

from hypothesis import given
from hypothesis import strategies as st

from services.placements.domain.eligibility import Eligibility, RuleResult, from_stored, to_stored

RULES = st.builds(RuleResult)
DECISIONS = st.builds(Eligibility, rules=st.lists(RULES, max_size=3).map(tuple))


@given(DECISIONS)
def test_a_decision_that_was_stored_says_what_it_said(decision):
    assert from_stored(json.loads(json.dumps(to_stored(decision)))) == decision
