"""The shipped policy for tests, whole or with changes."""

import copy
from typing import Any

from services.placements.domain.escalation.policy import Policy
from services.placements.domain.escalation.reading import read_policy
from services.placements.queries.escalation_policies import shipped_data


def policy_data(**changes: Any) -> dict[str, Any]:
    """A copy of the shipped policy's data, with members replaced."""
    return {**copy.deepcopy(shipped_data()), **changes}


def a_policy(**changes: Any) -> Policy:
    """The shipped policy, with members replaced."""
    return read_policy(policy_data(**changes))
