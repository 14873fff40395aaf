"""Signals: what was noticed about a placement, how much it weighs now, and what it says about the whole.

Amber is 1 point and red 3 in the default policy. A signal stops counting when it expires or is resolved. One cause counts
once per rule, however often it is noticed: with the heaviest of what is still live.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.placements.domain.escalation.codes import RuleCode
from services.placements.domain.escalation.policy import Policy
from services.placements.domain.vocabulary import ConcernAbout, Severity


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing noticed. `cause` groups what has the same origin (one hub, one review, one person's flag)."""

    rule: RuleCode
    severity: Severity
    about: ConcernAbout
    cause: str
    occurred_at: datetime
    expires_at: datetime
    resolved_at: datetime | None = None

    def counts(self, at: datetime) -> bool:
        """Whether it still counts at an instant. It expires at `expires_at`, not after it."""
        return at < self.expires_at and (self.resolved_at is None or at < self.resolved_at)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a placement stands on one route: the points that count, and the signal that weighs most."""

    points: int
    heaviest: Signal | None

    @property
    def is_watched(self) -> bool:
        """Some points, whether or not enough for a concern."""
        return self.points > 0


def standing(policy: Policy, signals: Iterable[Signal], at: datetime) -> Standing:
    """The standing at an instant. Of equally heavy signals the later one says what it is about."""
    by_cause: dict[tuple[RuleCode, str], Signal] = {}
    for signal in signals:
        if not signal.counts(at):
            continue
        known = by_cause.get((signal.rule, signal.cause))
        if known is None or _weight(policy, signal) > _weight(policy, known):
            by_cause[signal.rule, signal.cause] = signal
    counted = by_cause.values()
    return Standing(
        points=sum(policy.points[signal.severity] for signal in counted),
        heaviest=max(counted, key=lambda signal: _weight(policy, signal), default=None),
    )


def _weight(policy: Policy, signal: Signal) -> tuple[int, datetime]:
    return policy.points[signal.severity], signal.occurred_at


def weighing(severity: Severity, since: datetime, evidence: Mapping[str, str]) -> dict[str, Any]:
    """What a signal weighs since an instant, as it is kept: one that grows from amber to red was amber before."""
    day = since.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"severity": severity.value, "since": day, "evidence": dict(evidence)}


def weighed_since(weighed: Sequence[Mapping[str, Any]], otherwise: datetime) -> datetime:
    """Since when a signal weighs what it weighs now; of one kept before that was kept, what is known otherwise."""
    return datetime.fromisoformat(weighed[-1]["since"]) if weighed else otherwise


def is_new_red(signal: Signal, earlier: Iterable[Signal]) -> bool:
    """Whether a red is news to a concern: none of its earlier reds has the same cause.

    What one review, or one hub, shows in two ways is one piece of news.
    """
    return signal.severity is Severity.RED and not any(
        other.severity is Severity.RED and other.cause == signal.cause for other in earlier
    )
