"""What happened and what happens next, in plain words that a student, a tutor and a panel can all read."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.placements.domain.escalation.codes import (
    BY_NOBODY,
    Act,
    Decision,
    MeetingOutcome,
    Notice,
    Outcome,
    PanelDecision,
    Recipient,
    RuleCode,
    StepCode,
    Why,
)
from services.placements.domain.escalation.policy import LevelRule, Policy
from services.placements.domain.escalation.transitions import Chase, Resume, Rise, State, on_missed, rule_of
from services.placements.domain.vocabulary import ConcernLevel, Severity
from shared.calendar import london_day

LEVEL: Mapping[ConcernLevel, str] = {
    ConcernLevel.WATCH: "watch",
    ConcernLevel.EARLY_CONVERSATION: "an early conversation",
    ConcernLevel.STAGE_ONE: "stage one",
    ConcernLevel.STAGE_TWO: "stage two",
    ConcernLevel.PLACEMENT_PANEL: "a placement panel",
}

SIGNAL: Mapping[RuleCode, str] = {
    RuleCode.HUB_ABSENCE: "Absent from the hub without notice",
    RuleCode.HUB_ATTENDANCE_LOW: "Attendance at the hub is low",
    RuleCode.UNAUTHORISED_ABSENCE: "Absent from placement without agreement",
    RuleCode.ABSENCE_RUN: "Away sick for several days",
    RuleCode.DAYS_BEHIND: "Placement days are behind the plan",
    RuleCode.LEARNING_AGREEMENT_OVERDUE: "The learning agreement is overdue",
    RuleCode.SUPERVISION_GAP: "No supervision for too long",
    RuleCode.EDUCATOR_ABSENT: "The practice educator is away",
    RuleCode.OBSERVATIONS_BEHIND: "Direct observations are behind",
    RuleCode.REVIEW_OVERDUE: "A QAMP review is overdue",
    RuleCode.REVIEW_RAG: "A QAMP review has amber or red sections",
    RuleCode.REVIEW_DIVERGENCE: "Student and educator answered a QAMP review very differently",
    RuleCode.MIDWAY_AT_RISK: "The midway report says the placement is at risk",
    RuleCode.EDUCATOR_CURRENCY: "The practice educator's currency is running out or has lapsed",
    RuleCode.SETTING_PATTERN: "There is a pattern of difficulties in the setting",
    RuleCode.AUDIT_LAPSED: "The setting's placement audit has run out",
    RuleCode.RAISED_FLAG: "Somebody raised a flag",
    RuleCode.STUDENT_FLAG: "The student raised a flag",
    RuleCode.DISCRIMINATION_REPORT: "Discrimination was reported",
    RuleCode.SAFETY_OR_MISCONDUCT: "A matter of safety or misconduct was reported",
    RuleCode.ENERGY_LOW: "Energy is low",
}

WHY: Mapping[Why, str] = {
    Why.POINTS: "several signals within 20 working days weigh enough together",
    Why.RED: "a red signal was noticed",
    Why.OPENED_AGAIN: "it is the second time within 30 working days",
    Why.REOPENED: "something was noticed soon after it had been closed",
    Why.RULE_OPENS_HIGHER: "what was noticed leads there directly",
    Why.IMMEDIATE: "it is a matter of safety",
    Why.NEW_RED: "another red signal was noticed",
    Why.NOT_ACKNOWLEDGED: "nobody acknowledged it in time",
    Why.NOT_HELD: "the conversation or meeting was not held in time",
    Why.NOT_RESOLVED: "it was not resolved in time",
    Why.PLAN_NOT_MADE: "no plan was made in time",
    Why.PLAN_NOT_MET: "the plan was not met at its review",
    Why.NOBODY_REACHED: "nobody could be reached at the level before",
    Why.PERSON_ASKED: "a person asked for it",
    Why.SHORT_OF_TIME: "the placement ends before the full way would",
    Why.PERSON_LOWERED: "a person decided so",
}

STEP: Mapping[StepCode, str] = {
    StepCode.ACKNOWLEDGE: "Somebody acknowledges the concern",
    StepCode.HELD: "The conversation is held",
    StepCode.NOTE: "The note of the conversation is shared",
    StepCode.REVIEW: "The concern is reviewed, and closed or taken further",
    StepCode.MEETING: "The concerns meeting is held",
    StepCode.SECOND_OPINION: "A second educator gives an opinion",
    StepCode.PLAN: "The action plan is agreed",
    StepCode.PLAN_REVIEW: "The action plan is reviewed",
    StepCode.PAPERS: "The papers for the panel are sent",
    StepCode.PANEL: "The placement panel meets",
    StepCode.LETTER: "The panel's letter is sent",
    StepCode.DECISION: "It is decided whether the placement pauses",
    StepCode.WELFARE_CONTACT: "Somebody speaks with the student about their welfare",
    StepCode.OTHER_UNIVERSITIES: "The other universities that use the setting are told",
    StepCode.ACKNOWLEDGEMENT_ENDS: "The acknowledgement ends",
    StepCode.SNOOZE_ENDS: "The rest ends",
    StepCode.NOBODY_REACHED: "Nobody can be reached at this level",
}

DECISION: Mapping[Decision, str] = {
    Decision.ESCALATE: "It was decided to take the concern further",
    Decision.STEP_DOWN: "It was decided to step down",
    Decision.CONTINUE: "It was decided to go on and review again",
    Decision.PLAN_NOT_MET: "It was decided that the plan was not met",
}


OTHER_ACT: Mapping[Act, str] = {
    Act.PLAN_REVIEWED: "The goals of the action plan were reviewed.",
    Act.STATED: "The student answered in their own words.",
    Act.SUPPORTER_NAMED: "The student brings somebody of their choice to the meeting.",
    Act.SHORTER_WAY_TAKEN: "The shorter way was taken, because the placement ends before the full one would.",
    Act.APPEALED: "The student appealed against the panel's decision.",
}

DATED: Mapping[Act, tuple[str, str]] = {
    Act.ACKNOWLEDGED: ("until", "The concern was acknowledged until {day}."),
    Act.SNOOZED: ("until", "The concern rests until {day}, for a stated reason."),
    Act.INVITED: ("meets_at", "A meeting was arranged for {day}."),
    Act.MEETING_CHANGED: ("meets_at", "The meeting was called off that had been arranged for {day}."),
    Act.NOTICE_SHORTENED: ("meets_at", "The student agreed to meet earlier, on {day}."),
    Act.PANEL_CONVENED: ("meets_at", "The placement panel was convened for {day}."),
}
"""Which fact of an act holds its day, and the words around it."""

NOTICE: Mapping[Notice, str] = {
    Notice.KEPT: "The student had the notice that is promised.",
    Notice.SHORTENED_BY_STUDENT: "The student had agreed to shorter notice.",
    Notice.NOT_KEPT: "The student did not have the notice that is promised.",
}

CAME_OF_IT: Mapping[MeetingOutcome, str] = {
    MeetingOutcome.NOTHING_FURTHER: "Nothing further is needed, those who met say.",
    MeetingOutcome.PLAN_TO_BE_AGREED: "An action plan is to be agreed.",
    MeetingOutcome.SECOND_OPINION_WANTED: "A second opinion is wanted.",
    MeetingOutcome.PARTIES_DISAGREE: "The parties disagree.",
}

BY_PANEL: Mapping[PanelDecision, str] = {
    PanelDecision.PLACEMENT_GOES_ON: "the placement goes on",
    PanelDecision.GOES_ON_WITH_CONDITIONS: "the placement goes on, with conditions",
    PanelDecision.NEW_PLACEMENT: "a new placement",
    PanelDecision.ENDS_WITHOUT_FAULT: "the placement ends, without fault",
    PanelDecision.ENDS_AS_FAILED: "the placement ends as failed",
    PanelDecision.REFERRED_SUITABILITY: "referred to the suitability process",
}

SHOWN_BY: Mapping[str, str] = {
    "day": "on {day}",
    "due_on": "it was due on {day}",
    "first_day": "since {day}",
    "forecast_end_on": "the end is expected on {day}",
    "last_on": "the last was on {day}",
    "midway_on": "midway was on {day}",
    "none_since": "there has been none since {day}",
}
"""Days that a signal's evidence can hold, and the words around them."""

MEANS: Mapping[ConcernLevel, str] = {
    ConcernLevel.WATCH: "Something was noticed. Nobody has to do anything yet.",
    ConcernLevel.EARLY_CONVERSATION: "You and your practice educator or tutor talk soon about what would help.",
    ConcernLevel.STAGE_ONE: "You are invited to a meeting, and an action plan with dates is agreed with you.",
    ConcernLevel.STAGE_TWO: "More senior people join. A second meeting and plan look at what else can be done.",
    ConcernLevel.PLACEMENT_PANEL: "People who had no part in it so far hear everybody, you too, and decide with reasons.",
}
"""What a level means, said to the student."""


def of_signal(rule: RuleCode, severity: Severity, evidence: Mapping[str, str]) -> str:
    """What was noticed, with the days that show it."""
    weight = {Severity.NONE: "no points", Severity.AMBER: "amber", Severity.RED: "red"}[severity]
    days = [
        SHOWN_BY[name].format(day=written(date.fromisoformat(value)))
        for name, value in sorted(evidence.items())
        if name in SHOWN_BY
    ]
    return f"{': '.join([SIGNAL[rule], *days])} ({weight})."


def of_transition(level: ConcernLevel, from_level: ConcernLevel | None, why: Why) -> str:
    """How the concern came to a level."""
    verb = "opened at" if from_level is None else "moved to"
    return f"The concern {verb} {LEVEL[level]}, because {WHY[why]}."


def of_act(act: Act, facts: Mapping[str, Any]) -> str:
    """What a person did."""
    if act in OTHER_ACT:
        return OTHER_ACT[act]
    if act in DATED:
        fact, words = DATED[act]
        return words.format(day=_day(facts[fact]))
    if act in BY_NOBODY:
        return _of_engine(act, facts)
    if act is Act.CLOSED:
        return f"The concern was closed: {Outcome(facts['outcome']).replace('_', ' ')}."
    if act is Act.DECIDED:
        return f"{DECISION[Decision(facts['decision'])]}."
    return _decided_by_panel(facts) if "decision" in facts else _of_step(act, facts)


def _of_step(act: Act, facts: Mapping[str, Any]) -> str:
    step = lowered(STEP[StepCode(facts["step"])])
    if act is Act.STEP_BEGUN:
        return f"Asked for, until {_day(facts['due_at'])}: {step}."
    said = [f"Done: {step}."]
    if "notice" in facts:
        said.append(NOTICE[Notice(facts["notice"])])
    if "outcome" in facts:
        said.append(CAME_OF_IT[MeetingOutcome(facts["outcome"])])
    return " ".join(said)


def _decided_by_panel(facts: Mapping[str, Any]) -> str:
    said = [f"The placement panel met and decided: {BY_PANEL[PanelDecision(facts['decision'])]}."]
    if "days_credited" in facts:
        until = date.fromisoformat(facts["appeal_until_on"])
        said.append(f"{facts['days_credited']:g} days count. The student can appeal until {written(until)}.")
    return " ".join(said)


def _of_engine(act: Act, facts: Mapping[str, Any]) -> str:
    if act is Act.REPLANNED:
        return "What is due was planned anew, because the days of work or of placement changed."
    ends, last = date.fromisoformat(facts["path_ends_on"]), date.fromisoformat(facts["placement_ends_on"])
    return (
        f"The way could last until {written(ends)}, longer than the placement ({written(last)})."
        " A shorter way is offered."
    )


NOT_HELD_AS_ARRANGED = "It is called off, or held another day. What is due keeps its own deadline."
"""What follows when a meeting is not held on the day it was arranged for."""


def of_arranged(step: StepCode) -> str:
    """A meeting or panel that is arranged, and ahead."""
    return f"As arranged: {lowered(STEP[step])}"


def of_chase(step: StepCode, rung: int) -> str:
    """A step fired and people were told, without a change of level."""
    if step in (StepCode.ACKNOWLEDGEMENT_ENDS, StepCode.SNOOZE_ENDS):
        return f"{STEP[step]}, and the concern is open again."
    state = "is due" if rung == 0 else "is overdue"
    return f"Not done yet, and it {state}: {lowered(STEP[step])}."


def if_missed(policy: Policy, state: State, step: StepCode, rung: int) -> tuple[str, tuple[Recipient, ...]]:
    """What follows if a step is not done by its instant, and who is then told."""
    level = rule_of(policy, state)
    match on_missed(policy, state, step, rung):
        case Rise() as rise:
            higher = policy.level(rise.level)
            return f"The concern moves to {LEVEL[rise.level]} by itself.", policy.told(higher, state.about)
        case Chase() as chase:
            return "Those who are told next are reminded, then more senior people.", _roles(
                policy, level, state, chase.tell
            )
        case Resume():
            owner = policy.owner(level, state.about)
            higher_owner = policy.owner(policy.level(level.next), state.about) if level.next else owner
            return "The concern is open again.", tuple(dict.fromkeys((owner, higher_owner)))
        case _:
            return "Nothing more happens by itself.", ()


OPENED_AROUND = "A concern about the setting opened at another placement there."
"""What a timeline says of a concern that is linked to its placement through the setting."""


def _roles(
    policy: Policy, level: LevelRule, state: State, wanted: tuple[Recipient, ...]
) -> tuple[Recipient, ...]:
    owner = policy.owner(level, state.about)
    seen = {
        Recipient.OWNER: owner,
        Recipient.DEPUTY: owner,
        Recipient.OWNERS_LEAD: policy.leads.get(owner, owner),
    }
    return tuple(dict.fromkeys(seen.get(recipient, recipient) for recipient in wanted))


def _day(instant: str) -> str:
    return written(london_day(datetime.fromisoformat(instant)))


def written(day: date) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%B %Y}"


def lowered(words: str) -> str:
    """A sentence that stands within another."""
    return words[0].lower() + words[1:]
