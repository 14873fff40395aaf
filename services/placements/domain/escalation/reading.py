"""Reading a policy from data: every fault is found, and its message names the rule or level it is in."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import time
from typing import Any, TypeVar

from services.placements.domain.escalation.codes import (
    ENGINES_OWN,
    LEVELS,
    SEEN_FROM_THE_OWNER,
    ClockUnit,
    Missed,
    Recipient,
    RuleCode,
    StepCode,
    Template,
    Why,
)
from services.placements.domain.escalation.part import Part, Unreadable
from services.placements.domain.escalation.policy import (
    Case,
    Comparison,
    Compressed,
    LevelRule,
    Policy,
    Route,
    Rule,
    Rung,
    StepRule,
    Telling,
)
from services.placements.domain.escalation.telling import Limits
from services.placements.domain.vocabulary import ConcernAbout, ConcernLevel, Severity
from shared.errors import Fault, Invalid

T = TypeVar("T")

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_HOW = ("at_least", "above", "below", "is")


def _each(part: Part, member: str, name: str, read: Callable[[Part], T]) -> Iterator[T]:
    for at, item in enumerate(part.items(member)):
        code = item.get("code", at) if isinstance(item, Mapping) else at
        try:
            inner = Part(item, f"{part.pointer}/{member}/{at}", part.faults, f"{name} {code}")
            built = read(inner)
            inner.finish()
        except Unreadable:
            continue
        yield built


def _case(part: Part, severity: str, data: object) -> Case:
    inner = Part(data, f"{part.pointer}/{severity}", part.faults, part.what)
    return tuple(_comparison(inner, fact, bounds) for fact, bounds in inner.data.items())


def _comparison(part: Part, fact: str, data: object) -> Comparison:
    if not isinstance(data, Mapping) or len(data) != 1 or next(iter(data)) not in _HOW:
        raise part.fault(fact, "bad_comparison", f"must be one of {', '.join(_HOW)} with a bound")
    how, bound = next(iter(data.items()))
    if (
        not isinstance(bound, int | float | bool | str)
        or not _is_kept(bound)
        or (how != "is" and isinstance(bound, bool | str))
    ):
        raise part.fault(fact, "bad_comparison", f"needs a number after {how}")
    return Comparison(str(fact), how, bound)


def _is_kept(bound: float | str) -> bool:
    return isinstance(bound, str) or math.isfinite(bound)


def _rule(part: Part) -> Rule:
    cases = {
        severity: tuple(_case(part, severity, case) for case in part.items(severity, ()))
        for severity in (Severity.RED, Severity.AMBER, Severity.NONE)
    }
    if not any(cases.values()):
        raise part.fault("", "never_true", "has no case in which it is a signal")
    return Rule(
        code=part.code("code", RuleCode),
        about=part.maybe("about", ConcernAbout),
        cases=cases,
        telling=part.by_code("telling", Severity, lambda name, data: _telling(part, name, data)),
        opens_at=part.maybe("opens_at", ConcernLevel),
        is_immediate=part.take("is_immediate", False) is True,
    )


def _telling(part: Part, name: str, data: object) -> Telling:
    inner = Part(data, f"{part.pointer}/telling/{name}", part.faults, part.what)
    telling = Telling(inner.codes("who", Recipient), inner.code("template", Template))
    inner.finish()
    return telling


def _step(part: Part) -> StepRule:
    step = StepRule(
        code=part.code("code", StepCode),
        within=part.days("within"),
        unit=part.code("unit", ClockUnit, ClockUnit.WORKING_DAYS),
        after=part.maybe("after", StepCode),
        if_missed=part.code("if_missed", Missed),
        why=part.maybe("why", Why),
        is_optional=part.take("is_optional", False) is True,
        within_after_red=part.take("within_after_red", None) and part.days("within_after_red"),
    )
    if step.within_after_red is not None and step.within_after_red > step.within:
        part.fault("within_after_red", "not_shorter", "must not be longer than within: a red never lengthens")
    if step.code in ENGINES_OWN:
        part.fault("code", "engines_own", "is planned by the engine itself")
    if step.if_missed is not Missed.LADDER and step.why is None:
        part.fault("why", "missing", "must say why the concern rises when this is missed")
    return step


def _level(part: Part) -> LevelRule:
    level = LevelRule(
        code=part.code("code", ConcernLevel),
        owner=part.code("owner", Recipient),
        owner_by_about=part.by_code(
            "owner_by_about", ConcernAbout, lambda _, who: part.as_code("owner", who, Recipient)
        ),
        told=part.codes("told", Recipient),
        decides=frozenset(part.codes("decides", Recipient)),
        steps=tuple(_each(part, "steps", f"{part.what}, step", _step)),
        next=part.maybe("next", ConcernLevel),
        notice_days=part.days("notice_days", 0),
        rises_on_new_red=part.take("rises_on_new_red", False) is True,
    )
    _check_level(part, level)
    return level


def _check_level(part: Part, level: LevelRule) -> None:
    codes = [step.code for step in level.steps]
    if len(set(codes)) < len(codes):
        part.fault("steps", "repeated", "names the same step twice")
    if not any(step.after is None and not step.is_optional for step in level.steps):
        part.fault(
            "steps", "nothing_due", "has nothing due on entering the level, so a concern could wait for ever"
        )
    for step in level.steps:
        if step.after is not None and step.after not in codes:
            part.fault("steps", "after_unknown", f"has {step.code} after a step that is not of this level")
    if level.next is not None and LEVELS.index(level.next) <= LEVELS.index(level.code):
        part.fault("next", "not_higher", "must be a higher level")
    if level.next is None and any(step.if_missed is not Missed.LADDER for step in level.steps):
        part.fault("next", "missing", "must name the level that follows a missed step")
    if SEEN_FROM_THE_OWNER & {level.owner, *level.told, *level.decides, *level.owner_by_about.values()}:
        part.fault("owner", "role_expected", "must name roles, not owner, deputy or owners_lead")


def _rung(part: Part) -> Rung:
    return Rung(part.days("after"), part.codes("tell", Recipient))


def _route(part: Part, name: str, data: object) -> Route:
    inner = Part(data, f"/routes/{name}", part.faults, f"route {name}")
    route = Route(inner.code("owner", Recipient), inner.codes("told", Recipient))
    inner.finish()
    return route


def _policy(part: Part) -> Policy:
    readers: dict[str, Callable[[], Any]] = {
        "name": lambda: str(part.take("name"))[:100],
        "version": lambda: part.days("version", least=1),
        "points": lambda: part.by_code("points", Severity, lambda name, _: _points(part, name)),
        "signals_expire_after": lambda: part.days("signals_expire_after", least=1),
        "opening_points": lambda: part.days("opening_points", least=1),
        "reopen_within": lambda: part.days("reopen_within"),
        "second_opening_within": lambda: part.days("second_opening_within"),
        "acknowledge_days": lambda: part.days("acknowledge_days", least=1),
        "acknowledge_at_most": lambda: part.days("acknowledge_at_most", least=1),
        "snooze_at_most": lambda: part.days("snooze_at_most", least=1),
        "snoozes_per_level": lambda: part.days("snoozes_per_level"),
        "extensions": lambda: part.days("extensions"),
        "ladder": lambda: tuple(_each(part, "ladder", "ladder", _rung)),
        "ladder_then_every": lambda: part.days("ladder_then_every", least=1),
        "leads": lambda: part.by_code(
            "leads", Recipient, lambda _, who: part.as_code("leads", who, Recipient)
        ),
        "routes": lambda: part.by_code("routes", ConcernAbout, lambda name, data: _route(part, name, data)),
        "rules": lambda: {rule.code: rule for rule in _each(part, "rules", "rule", _rule)},
        "levels": lambda: {level.code: level for level in _each(part, "levels", "level", _level)},
        "immediate": lambda: _immediate(part),
        "limits": lambda: _limits(part),
        "compressed": lambda: None if part.take("compressed", None) is None else _compressed(part),
    }
    read: dict[str, Any] = {}
    for member, reader in readers.items():
        with suppress(Unreadable):  # its fault is noted; the other members may have faults of their own
            read[member] = reader()
    part.finish()
    if len(read) < len(readers):
        raise Unreadable
    return Policy(**read)


def _points(part: Part, name: str) -> int:
    return Part(part.data["points"], "/points", part.faults, part.what).days(name)


def _immediate(part: Part) -> LevelRule:
    inner = Part(part.take("immediate"), "/immediate", part.faults, "immediate")
    level = _level(inner)
    inner.finish()
    return level


def _limits(part: Part) -> Limits:
    usual = Limits()
    inner = Part(part.take("messages", {}), "/messages", part.faults, "messages")
    limits = Limits(
        quiet_from=_hour(inner, "quiet_from", usual.quiet_from),
        quiet_until=_hour(inner, "quiet_until", usual.quiet_until),
        at_once_a_day=inner.days("at_once_a_day", usual.at_once_a_day, least=1),
        per_concern_a_day=inner.days("per_concern_a_day", usual.per_concern_a_day, least=1),
    )
    inner.finish()
    if limits.quiet_until >= limits.quiet_from:
        inner.fault("quiet_until", "not_in_order", "must be in the morning, before quiet_from in the evening")
    return limits


def read_limits(messages: object) -> Limits:
    """What the member `messages` of a policy says, which was read before; the usual limits where there is none."""
    return _limits(Part({} if messages is None else {"messages": messages}, "", [], "policy"))


def _hour(part: Part, member: str, usual: time) -> time:
    value = part.take(member, usual.isoformat("minutes"))
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise part.fault(member, "time_expected", "must be a time of the day in London, as 18:00")
    return time.fromisoformat(value)


def _compressed(part: Part) -> Compressed:
    inner = Part(part.take("compressed"), "/compressed", part.faults, "compressed")
    days = inner.by_code("within", StepCode, lambda name, _: _days_of(inner, name))
    compressed = Compressed(inner.code("level", ConcernLevel), days)
    inner.finish()
    return compressed


def _days_of(part: Part, name: str) -> int:
    return Part(part.data["within"], f"{part.pointer}/within", part.faults, part.what).days(name, least=1)


def _check_compressed(policy: Policy, faults: list[Fault]) -> None:
    shorter = policy.compressed
    rule = policy.levels.get(shorter.level) if shorter else None
    if shorter is None or rule is None:
        return
    for code in shorter.within:
        step = rule.step(code)
        if step is None or shorter.within[code] > step.within:
            words = f"compressed: {code} must be a step of {shorter.level} and must not take longer there."
            faults.append(Fault(f"/compressed/within/{code}", "not_shorter", words))


def _check_whole(policy: Policy, faults: list[Fault]) -> None:
    afters = [rung.after for rung in policy.ladder]
    if not afters or afters[0] != 0 or afters != sorted(set(afters)):
        faults.append(Fault("/ladder", "bad_ladder", "ladder: rungs must start at 0 days and rise."))
    _check_compressed(policy, faults)
    missing = [level for level in LEVELS if level is not ConcernLevel.WATCH and level not in policy.levels]
    faults.extend(Fault("/levels", "missing", f"levels: {level} is missing.") for level in missing)
    if set(policy.points) != set(Severity) or policy.points.get(Severity.NONE) != 0:
        faults.append(
            Fault("/points", "bad_points", "points: none (0), amber and red must each have points.")
        )


def read_policy(data: object) -> Policy:
    """The policy that the data says. Raises `Invalid` with every fault, each naming the rule, level or member it is in."""
    faults: list[Fault] = []
    policy: Policy | None = None
    try:
        policy = _policy(Part(data, "", faults, "policy"))
        _check_whole(policy, faults)
    except Unreadable:
        pass
    if faults or policy is None:
        raise Invalid(faults, code="invalid_policy")
    return policy
