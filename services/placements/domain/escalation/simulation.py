"""What a policy would have done to a term: concerns, false alarms, what would have been missed, and messages per person."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.placements.domain.escalation.codes import Outcome
from services.placements.domain.escalation.courses import Course, Recorded
from services.placements.domain.escalation.policy import Policy
from services.placements.domain.escalation.replay import Replay
from services.placements.domain.escalation.replayed import Message, Replayed
from services.placements.domain.escalation.telling import (
    EmailWish,
    Limits,
    Today,
    Way,
    digest_day,
    shares,
    way,
)
from shared.calendar import ENGLAND, london_day

MOST_SHOWN = 2_000
"""How many concerns a result lists; it counts them all."""


@dataclass
class Simulation:
    """One policy over a term, placement after placement."""

    policy: Policy
    starts_at: datetime
    until: datetime
    concerns: list[Replayed] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    missed: list[Recorded] = field(default_factory=list)

    def add(self, course: Course) -> None:
        """Replay one placement. What was noticed before the term counts; what opened before it is not reported."""
        replay = Replay(self.policy, course, self.until).run()
        self.concerns += [each for each in replay.concerns if each.opened_at >= self.starts_at]
        self.messages += [each for each in replay.messages if each.at >= self.starts_at]
        self.missed += [
            each
            for each in replay.left
            if self.starts_at <= each.opened_at <= self.until and not _stood(replay.concerns, each)
        ]

    def result(self) -> dict[str, Any]:
        """Counts, shares, and the concerns themselves, the first opened first."""
        ordered = sorted(self.concerns, key=lambda each: (each.opened_at, each.id))
        return {
            "opened": len(ordered),
            "by_level": dict(Counter(each.highest.value for each in ordered)),
            "by_rule": _by_rule(ordered),
            **_false_alarms(ordered),
            "unanswered": sum(each.recorded is None for each in ordered),
            "missed": sum(each.outcome not in {None, Outcome.FALSE_ALARM} for each in self.missed),
            "false_alarms_avoided": sum(each.outcome is Outcome.FALSE_ALARM for each in self.missed),
            "messages": _messages(self.messages, self.policy.limits),
            "concerns": [_shown(each) for each in ordered[:MOST_SHOWN]],
        }


def _stood(concerns: Iterable[Replayed], recorded: Recorded) -> bool:
    """Whether a concern was open anyway when a recorded one opened, whose acts none took over."""
    return any(
        each.route == recorded.route
        and each.opened_at <= recorded.opened_at
        and (each.closed_at is None or each.closed_at >= recorded.opened_at)
        for each in concerns
    )


def _outcome(concern: Replayed) -> Outcome | None:
    return concern.recorded.outcome if concern.recorded else None


def _false_alarms(concerns: Iterable[Replayed]) -> dict[str, Any]:
    outcomes = [outcome for each in concerns if (outcome := _outcome(each)) is not None]
    false = sum(each is Outcome.FALSE_ALARM for each in outcomes)
    return {
        "judged": len(outcomes),
        "false_alarms": false,
        "false_alarm_share": round(false / len(outcomes), 3) if outcomes else None,
    }


def _by_rule(concerns: Iterable[Replayed]) -> list[dict[str, Any]]:
    by_rule: defaultdict[str, list[Replayed]] = defaultdict(list)
    for each in concerns:
        by_rule[each.rule.value].append(each)
    return [
        {"rule": rule, "opened": len(found), **_false_alarms(found)}
        for rule, found in sorted(by_rule.items())
    ]


def _shown(concern: Replayed) -> dict[str, Any]:
    outcome = _outcome(concern)
    return {
        "placement_id": str(concern.placement_id),
        "opened_at": concern.opened_at.isoformat().replace("+00:00", "Z"),
        "rule": concern.rule.value,
        "about": concern.state.about.value,
        "highest_level": concern.highest.value,
        "recorded_concern_id": str(concern.recorded.id) if concern.recorded else None,
        "outcome": outcome.value if outcome else None,
    }


def _messages(messages: Iterable[Message], limits: Limits) -> dict[str, int]:
    """Told with caps and quiet hours, as everybody who never wished otherwise."""
    days: defaultdict[tuple[UUID, object], Today] = defaultdict(Today)
    digests: set[tuple[UUID, object]] = set()
    safety: Counter[tuple[UUID, object]] = Counter()
    for each in sorted(messages, key=lambda message: message.at):
        key = (each.person, london_day(each.at))
        found = way(
            each.template,
            each.concern,
            EmailWish.AS_IT_HAPPENS,
            days[key],
            each.at,
            limits,
            immediate=each.immediate,
        )
        if found is Way.DIGEST:
            digests.add((each.person, digest_day(each.at, ENGLAND, limits)))
        safety[key] += each.immediate
    told = {key: n for key, today in days.items() if (n := today.in_all - safety[key])}
    most, p95 = shares(list(told.values()))
    return {
        "people": len({person for person, _ in days}),
        "at_once": sum(told.values()),
        "of_safety": safety.total(),
        "digests": len(digests),
        "most_at_once_in_a_day": most,
        "p95_at_once_in_a_day": p95,
        "most_of_safety_in_a_day": max(safety.values(), default=0),
    }


def difference(here: Simulation, there: Simulation) -> dict[str, Any]:
    """Two policies side by side: in how many placements only the one, only the other, or both would have opened a concern."""
    ours = {(each.placement_id, each.route) for each in here.concerns}
    theirs = {(each.placement_id, each.route) for each in there.concerns}
    return {
        "only_here": len(ours - theirs),
        "only_there": len(theirs - ours),
        "both": len(ours & theirs),
    }
