"""What a draft of a policy would change: member by member, and for a concern that is open."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.placements.domain.escalation.codes import SEEN_FROM_THE_OWNER, Recipient
from services.placements.domain.escalation.policy import LevelRule, Policy
from services.placements.domain.escalation.transitions import State, rule_of


def changed_members(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """JSON pointers to what differs; parts of a list that have a code are named by it, as `/rules/review_rag/red`."""
    return sorted(_changed("", before, after))


def _changed(pointer: str, before: Any, after: Any) -> Iterator[str]:
    before, after = _by_code(before), _by_code(after)
    if not (isinstance(before, Mapping) and isinstance(after, Mapping)):
        if before != after:
            yield pointer
        return
    for name in before.keys() | after.keys():
        yield from _changed(f"{pointer}/{name}", before.get(name), after.get(name))


def _by_code(value: Any) -> Any:
    coded = isinstance(value, list) and value and all(isinstance(v, Mapping) and "code" in v for v in value)
    return {part["code"]: part for part in value} if coded else value


def changed_for(before: Policy, after: Policy, state: State) -> list[str]:
    """What would be different for a concern at its level: `owner`, `told`, `decides`, `next`, or a step by its code."""
    was, would_be = rule_of(before, state), rule_of(after, state)
    pairs = {
        "owner": (before.owner(was, state.about), after.owner(would_be, state.about)),
        "told": (set(before.told(was, state.about)), set(after.told(would_be, state.about))),
        "decides": (was.decides, would_be.decides),
        "next": (was.next, would_be.next),
        **_steps(was, would_be),
    }
    return [name for name, (one, other) in pairs.items() if one != other]


def _steps(was: LevelRule, would_be: LevelRule) -> dict[str, tuple[Any, Any]]:
    codes = dict.fromkeys(step.code for rule in (was, would_be) for step in rule.steps)
    return {code.value: (was.step(code), would_be.step(code)) for code in codes}


def roles_of(policy: Policy) -> frozenset[Recipient]:
    """The roles on which a policy counts: who owns, is told or is chased."""
    rules: Iterable[LevelRule] = (*policy.levels.values(), policy.immediate)
    named = {
        *(who for rule in rules for who in (rule.owner, *rule.owner_by_about.values(), *rule.told)),
        *(who for route in policy.routes.values() for who in (route.owner, *route.told)),
        *(who for rung in policy.ladder for who in rung.tell),
        *policy.leads.values(),
    }
    return frozenset(named - SEEN_FROM_THE_OWNER)
