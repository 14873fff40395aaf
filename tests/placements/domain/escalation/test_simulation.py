"""A policy tried on a term's record."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.placements.domain.escalation.codes import Act, Outcome, RuleCode, Template
from services.placements.domain.escalation.courses import Course, NotedFacts, PersonsAct, Recorded
from services.placements.domain.escalation.replay import Replay
from services.placements.domain.escalation.simulation import Simulation, difference
from services.placements.domain.escalation.telling import Limits
from services.placements.domain.vocabulary import ConcernAbout
from shared.calendar import ENGLAND
from tests.placements.policies import a_policy, policy_data
from tests.placements.terms import ENDS_AT, STARTS_AT, a_roster, a_term

MONDAY = STARTS_AT.replace(hour=9)


def red_review(at=MONDAY):
    about = ConcernAbout.WELLBEING
    return NotedFacts(at, RuleCode.REVIEW_RAG, {"red_sections": 1}, about, "review", "review")


def a_course(*noted, recorded=()):
    return Course(UUID(int=7), (1, 2, 3), ENGLAND, a_roster(0), noted, tuple(recorded))


def a_record(*acts, at=MONDAY, outcome=None):
    return Recorded(UUID(int=9), "general", at, outcome, acts)


def run(course, policy=None):
    return Replay(policy or a_policy(), course, ENDS_AT).run()


def test_a_concern_that_nobody_answered_rises_as_the_engine_would_have_raised_it():
    replay = run(a_course(red_review(), recorded=[a_record()]))
    (concern,) = replay.concerns
    assert (concern.opened_at, concern.rule) == (MONDAY, RuleCode.REVIEW_RAG)
    assert concern.highest == "placement_panel"
    risen = sorted({m.at for m in replay.messages if m.template is Template.CONCERN_LEVEL})
    assert risen[:2] == [MONDAY, ENGLAND.due_at(MONDAY, 2)]


def test_a_concern_with_no_record_beside_it_is_opened_and_left_alone():
    replay = run(a_course(red_review()))
    assert [c.highest for c in replay.concerns] == ["early_conversation"]
    assert {m.at for m in replay.messages} == {MONDAY}


def test_people_do_what_they_did_as_long_after_the_opening():
    acts = (
        PersonsAct(MONDAY + timedelta(days=1), Act.MET, {"step": "held"}),
        PersonsAct(MONDAY + timedelta(days=3), Act.CLOSED, {"outcome": "resolved"}),
    )
    record = a_record(*acts, outcome=Outcome.RESOLVED)
    later = run(a_course(red_review(MONDAY + timedelta(days=7)), recorded=[record]))
    (concern,) = later.concerns
    assert (concern.highest, concern.outcome) == ("early_conversation", "resolved")
    assert concern.closed_at == MONDAY + timedelta(days=10)


def test_an_acknowledgement_holds_a_concern_and_then_it_goes_on():
    until = ENGLAND.due_at(MONDAY, 2)
    ack = PersonsAct(MONDAY + timedelta(hours=1), Act.ACKNOWLEDGED, {"until": until.isoformat()})
    replay = run(a_course(red_review(), recorded=[a_record(ack)]))
    ended = [m.at for m in replay.messages if m.template is Template.ACKNOWLEDGEMENT_ENDED]
    assert set(ended) == {until}
    risen = sorted({m.at for m in replay.messages if m.template is Template.CONCERN_LEVEL})
    assert risen[1] == ENGLAND.due_at(MONDAY, 5)


def test_the_shorter_way_that_a_person_took_is_taken_again():
    taken = PersonsAct(MONDAY + timedelta(hours=3), Act.SHORTER_WAY_TAKEN, {})
    (concern,) = run(a_course(red_review(), recorded=[a_record(taken)])).concerns
    assert concern.state.is_compressed
    replay = run(a_course(red_review(), recorded=[a_record(taken)]))
    risen = sorted({m.at for m in replay.messages if m.template is Template.CONCERN_LEVEL})
    assert risen[1] == taken.at


def test_facts_that_no_longer_hold_do_not_count():
    ambers = [
        NotedFacts(MONDAY, RuleCode.DAYS_BEHIND, {"days": 7}, None, "days", "days"),
        NotedFacts(MONDAY, RuleCode.SUPERVISION_GAP, {"placement_days_without": 11}, None, "s", "s"),
        NotedFacts(MONDAY + timedelta(days=1), RuleCode.DAYS_BEHIND, {}, None, "days", "days"),
        NotedFacts(MONDAY + timedelta(days=2), RuleCode.ABSENCE_RUN, {"days": 4}, None, "a", "a"),
    ]
    assert run(a_course(*ambers)).concerns == []
    assert len(run(a_course(*ambers[:2], ambers[3])).concerns) == 1


def test_a_stricter_draft_opens_less_and_says_what_it_would_have_missed():
    amber = NotedFacts(MONDAY, RuleCode.DAYS_BEHIND, {"days": 11}, None, "days", "days")
    found = a_record(outcome=Outcome.ACTION_PLAN)
    course = a_course(amber, recorded=[found])
    now, draft = a_policy(), a_policy(rules=[r for r in _rules() if r["code"] != "days_behind"])
    ours, theirs = (Simulation(p, STARTS_AT, ENDS_AT) for p in (now, draft))
    for simulation in (ours, theirs):
        simulation.add(course)
    assert (ours.result()["opened"], ours.result()["missed"]) == (1, 0)
    assert (theirs.result()["opened"], theirs.result()["missed"]) == (0, 1)
    assert difference(ours, theirs) == {"only_here": 1, "only_there": 0, "both": 0}


def _rules():
    return policy_data()["rules"]


@pytest.fixture(scope="module")
def result():
    policy = a_policy()
    simulation = Simulation(policy, STARTS_AT, ENDS_AT)
    courses = a_term(policy, 2000)
    for course in courses:
        simulation.add(course)
    return courses, simulation, simulation.result()


def test_the_policy_of_the_term_opens_what_was_opened(result):
    courses, _, found = result
    recorded = [each for course in courses for each in course.recorded]
    assert found["missed"] == found["false_alarms_avoided"] == 0
    assert found["opened"] >= len(recorded) > 50
    false = sum(each.outcome is Outcome.FALSE_ALARM for each in recorded)
    assert found["false_alarms"] == false > 0


def test_nobody_gets_more_than_six_messages_a_day_at_once_apart_from_safety(result):
    told = result[2]["messages"]
    assert told["most_at_once_in_a_day"] == Limits().at_once_a_day
    assert 0 < told["p95_at_once_in_a_day"] <= Limits().at_once_a_day
    assert told["digests"] > 0
    assert told["of_safety"] > told["most_of_safety_in_a_day"] > 0


def test_no_case_is_lost_every_open_one_is_told_and_moves_on(result):
    _, simulation, _ = result
    told_of = {message.concern for message in simulation.messages}
    for concern in simulation.concerns:
        assert concern.id in told_of
        waits = concern.closed_at is not None or concern.recorded is None
        assert waits or concern.steps, "an open concern has something due"


def test_the_same_seed_is_the_same_term(result):
    courses, _, _ = result
    assert a_term(a_policy(), 50) == courses[:50]


def test_a_concern_that_was_open_anyway_is_not_missed_and_one_that_was_reopened_stands_for_both():
    closed = PersonsAct(MONDAY + timedelta(days=3), Act.CLOSED, {"outcome": "resolved"})
    later = MONDAY + timedelta(days=10)
    records = [
        a_record(closed, outcome=Outcome.RESOLVED),
        Recorded(UUID(int=10), "general", later, Outcome.RESOLVED, ()),
        Recorded(UUID(int=11), "general", later + timedelta(days=60), Outcome.RESOLVED, ()),
        Recorded(UUID(int=12), "discrimination", later, Outcome.RESOLVED, ()),
    ]
    flag = {"is_urgent": True}
    again = NotedFacts(later, RuleCode.STUDENT_FLAG, flag, ConcernAbout.SETTING, "flag", "flag")
    simulation = Simulation(a_policy(), STARTS_AT, ENDS_AT)
    simulation.add(a_course(red_review(), again, recorded=records))
    assert (len(simulation.concerns), simulation.result()["missed"]) == (1, 1)
    assert [each.route for each in simulation.missed] == ["discrimination"]
