"""A round's rules as they are stored, and as matching takes them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.placements.domain.matching.codes import DEFAULT_AIMS, AimCode, ContrastFactor, LimitKind
from services.placements.domain.matching.inputs import CapInput, RoundRules


class EducatorsDown(StrEnum):
    """What a round wants of a run while the educators service is silent: its last known answers, or no run."""

    USE_LAST_KNOWN = "use_last_known"
    REFUSE = "refuse"


def goes_on_while_silent(stored: Mapping[str, Any]) -> bool:
    """Whether the round wants a run to go on with last known answers while the educators service is silent."""
    return bool(stored.get("educators_down") == EducatorsDown.USE_LAST_KNOWN)


def rules_of(round_id: UUID, stored: Mapping[str, Any]) -> RoundRules:
    """The rules of a round; what was never chosen is the default. Without a seed of its own, the round's id is the seed."""
    agreements = stored.get("agreements")
    return RoundRules(
        lottery_seed=stored.get("lottery_seed") or str(round_id),
        contrast=tuple(ContrastFactor(factor) for factor in stored.get("contrast", ())),
        statutory_required=bool(stored.get("statutory_required", False)),
        travel_cap_minutes=stored.get("travel_cap_minutes"),
        agreements=None if agreements is None else frozenset(map(_pair, agreements)),
        caps=tuple(
            CapInput(kind=LimitKind(cap["kind"]), id=cap["id"], seats=cap["seats"])
            for cap in stored.get("caps", ())
        ),
        aims=tuple(AimCode(aim) for aim in stored["aims"]) if stored.get("aims") else DEFAULT_AIMS,
    )


def _pair(agreement: Mapping[str, str]) -> tuple[str, str]:
    return agreement["university_id"], agreement["organisation_id"]
