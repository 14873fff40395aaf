"""An explanation as it was stored, read back. Runs of earlier versions lack the newer members."""

from collections.abc import Mapping
from typing import Any

from services.placements.domain.matching.codes import (
    AimCode,
    ChangeKind,
    LimitKind,
    RuleCode,
    TravelMode,
    WhyNot,
)
from services.placements.domain.matching.result import (
    Assignment,
    Explanation,
    LimitUsedUp,
    PassedOver,
    RuleCount,
    SmallestChange,
)

Raw = Mapping[str, Any]


def _limits(raw: Raw) -> tuple[LimitUsedUp, ...]:
    return tuple(LimitUsedUp(**each | {"kind": LimitKind(each["kind"])}) for each in raw["limits"])


def _passed_over(raw: Raw) -> PassedOver:
    aim = raw["aim"]
    known = {
        "reason": WhyNot(raw["reason"]),
        "rules": tuple(map(RuleCode, raw["rules"])),
        "limits": _limits(raw),
        "aim": None if aim is None else AimCode(aim),
        "educator_reasons": tuple(raw["educator_reasons"]),
    }
    return PassedOver(**{**raw, **known})


def _change(raw: Raw) -> SmallestChange:
    rule = raw["rule"]
    known = {
        "kind": ChangeKind(raw["kind"]),
        "rule": None if rule is None else RuleCode(rule),
        "limits": _limits(raw),
    }
    return SmallestChange(**{**raw, **known})


def explanation_from(raw: Raw) -> Explanation:
    """Return the explanation that a run stored as JSON."""
    change, assignment = raw["smallest_change"], raw.get("assignment")
    known = {
        "waterfall": tuple(RuleCount(**each | {"code": RuleCode(each["code"])}) for each in raw["waterfall"]),
        "contributions": {AimCode(aim): value for aim, value in raw["contributions"].items()},
        "alternatives": {AimCode(aim): count for aim, count in raw.get("alternatives", {}).items()},
        "blocked": {LimitKind(kind): count for kind, count in raw.get("blocked", {}).items()},
        "passed_over": tuple(map(_passed_over, raw["passed_over"])),
        "smallest_change": _change(change) if change else None,
        "assignment": Assignment(**assignment | {"mode": TravelMode(assignment["mode"])})
        if assignment
        else None,
    }
    return Explanation(**{**raw, **known})
